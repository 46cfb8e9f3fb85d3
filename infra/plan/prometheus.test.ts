import { describe, expect, it } from "vitest";
import { specOf } from "../testing/config";
import { scrapeIntervalSeconds } from "./scrape-config";
import { planStack } from "./stack";

const plan = (raw: Record<string, unknown>) => planStack(specOf(raw));
const scrapeConfig = (raw: Record<string, unknown>) =>
  JSON.parse(plan(raw).prometheus?.scrapeConfig ?? "{}") as {
    global: unknown;
    scrape_configs: { static_configs: { targets: string[]; labels: Record<string, string> }[] }[];
  };
const targets = (raw: Record<string, unknown>) =>
  scrapeConfig(raw).scrape_configs[0]?.static_configs.map(({ labels }) => labels["name"]);

describe("Prometheus", () => {
  it("is planned where it is a consumer, and its image only there", () => {
    expect([plan({}).prometheus, Object.keys(plan({}).images)]).toEqual([
      undefined,
      ["kafka", "zookeeper", "node"],
    ]);
    const { prometheus, images, consumers } = plan({
      devices: 0,
      consumers: [{ type: "prometheus", name: "metrics" }],
      prometheusPort: 19_090,
    });
    expect(consumers).toEqual([]);
    expect(images.prometheus).toBe("prom/prometheus:v3.5.0");
    expect(prometheus).toEqual({
      name: "metrics",
      container: "kafka-iot-sim-dev-metrics",
      volume: "kafka-iot-sim-dev-metrics-metrics",
      port: { container: 9_090, host: 19_090 },
      arguments: ["--storage.tsdb.retention.time=6h"],
      memoryMegabytes: 256,
      expectedMegabytes: 80,
      stopGraceSeconds: 30,
      scrapeConfig: expect.stringContaining('"job_name": "kafka-iot-sim"') as string,
    });
  });

  it("asks every container of devices and consumers, each by its name", () => {
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

  it("asks the devices that it names, and all consumers", () => {
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
  ])("asks %d targets every %d s", (count, seconds) => {
    expect(scrapeIntervalSeconds(count)).toBe(seconds);
  });

  it("waits for an answer no longer than until it asks again, and not longer than usual", () => {
    const global = (devices: number) => scrapeConfig({ devices, consumers: [{ type: "prometheus" }] }).global;
    expect(global(10)).toEqual({ scrape_interval: "5s", scrape_timeout: "5s" });
    expect(global(1_000)).toEqual({ scrape_interval: "60s", scrape_timeout: "10s" });
  });

  it("has more memory for more targets", () => {
    const memory = (devices: number) =>
      plan({ devices, consumers: [{ type: "prometheus" }] }).prometheus?.memoryMegabytes;
    expect([1, 128, 129, 1_000].map(memory)).toEqual([320, 320, 384, 768]);
  });
});
