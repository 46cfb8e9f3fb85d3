import { describe, expect, it } from "vitest";
import { planOf } from "../testing/plan";
import { scrapeIntervalSeconds } from "./prometheus";

const scrapeConfig = (raw: Record<string, unknown>) =>
  JSON.parse(planOf(raw).prometheus?.files[0]?.content ?? "{}") as {
    global: unknown;
    scrape_configs: { static_configs: { targets: string[]; labels: Record<string, string> }[] }[];
  };
const targets = (raw: Record<string, unknown>) =>
  scrapeConfig(raw).scrape_configs[0]?.static_configs.map(({ labels }) => labels["name"]);

describe("Prometheus", () => {
  it("Prometheus and its image are planned only if it is a consumer", () => {
    expect([planOf({}).prometheus, Object.keys(planOf({}).images)]).toEqual([
      undefined,
      ["kafka", "zookeeper", "node"],
    ]);
    const { prometheus, images, consumers } = planOf({
      devices: 0,
      consumers: [{ type: "prometheus", name: "metrics" }],
      prometheusPort: 19_090,
    });
    expect(consumers).toEqual([]);
    expect(images.prometheus).toBe("prom/prometheus:v3.5.0");
    expect(prometheus).toEqual({
      name: "metrics",
      role: "consumer",
      image: "prometheus",
      user: "nobody",
      environment: {},
      volumes: [{ name: "metrics-metrics", path: "/prometheus" }],
      ports: [{ name: "http", port: 9_090, hostPort: 19_090 }],
      ready: { probe: { http: { port: 9_090, path: "/-/healthy" } }, startTimeoutSeconds: 90 },
      command: [
        "--config.file=/etc/prometheus/prometheus.yml",
        "--storage.tsdb.path=/prometheus",
        "--storage.tsdb.retention.time=6h",
      ],
      memoryMegabytes: 256,
      expectedMegabytes: 80,
      stopGraceSeconds: 30,
      files: [
        {
          path: "/etc/prometheus/prometheus.yml",
          content: expect.stringContaining('"job_name": "kafka-iot-sim"') as string,
        },
      ],
      scratch: [],
      readOnlyRoot: true,
      runs: "always",
      after: [],
      rollsOneAtATime: false,
    });
  });

  it("Prometheus asks every container of devices and consumers by its name", () => {
    const raw = {
      devices: [{ name: "boiler" }, { name: "meter", count: 20, devicesPerContainer: 10 }],
      consumers: [{ type: "lake", replicas: 2 }, { type: "dashboard" }, { type: "prometheus" }],
    };
    const device = (name: string) => ({
      targets: [`kafka-iot-sim-dev-${name}:9464`],
      labels: { stack: "dev", role: "device", name },
    });
    const consumer = (name: string, type: string) => ({
      targets: [`kafka-iot-sim-dev-${name}:9464`],
      labels: { stack: "dev", role: "consumer", name, type },
    });
    expect(scrapeConfig(raw)).toEqual({
      global: { scrape_interval: "5s", scrape_timeout: "5s" },
      scrape_configs: [
        {
          job_name: "kafka-iot-sim",
          metrics_path: "/metrics",
          honor_labels: true,
          static_configs: [
            device("boiler"),
            device("meter-fleet-1"),
            device("meter-fleet-2"),
            consumer("lake", "lake"),
            consumer("lake-2", "lake"),
            consumer("dashboard", "dashboard"),
          ],
        },
        {
          job_name: "prometheus",
          static_configs: [
            {
              targets: ["localhost:9090"],
              labels: { stack: "dev", role: "consumer", name: "prometheus", type: "prometheus" },
            },
          ],
        },
      ],
    });
  });

  it("Prometheus asks the devices that it names, and all consumers", () => {
    const consumers = [{ type: "lake" }, { type: "prometheus", devices: ["device-2"] }];
    expect(targets({ devices: 3, consumers })).toEqual(["device-2", "lake"]);
  });

  it.each([
    [1, 5],
    [100, 5],
    [101, 10],
    [300, 15],
    [600, 30],
    [1_016, 60],
    [5_000, 60],
  ])("Prometheus asks %d targets every %d s", (count, seconds) => {
    expect(scrapeIntervalSeconds(count)).toBe(seconds);
  });

  it("Prometheus waits for an answer no longer than until it asks again, and at most 10 s", () => {
    const global = (devices: number) => scrapeConfig({ devices, consumers: [{ type: "prometheus" }] }).global;
    expect(global(10)).toEqual({ scrape_interval: "5s", scrape_timeout: "5s" });
    expect(global(1_000)).toEqual({ scrape_interval: "60s", scrape_timeout: "10s" });
  });

  it("Prometheus has more memory for more targets", () => {
    const memory = (devices: number) =>
      planOf({ devices, consumers: [{ type: "prometheus" }] }).prometheus?.memoryMegabytes;
    expect([1, 128, 129, 1_000].map(memory)).toEqual([320, 320, 384, 768]);
  });
});
