import { describe, expect, it } from "vitest";
import { specOf, withFiles } from "../testing/config";
import { planStack } from "./stack";

const plan = (raw: Record<string, unknown>) => planStack(specOf(raw));

describe("devices", () => {
  it("are told their sensors and where to publish", () => {
    expect(
      plan({ devices: [{ name: "boiler", sensors: [{ name: "flame", interval: "250ms" }] }], brokers: 2 })
        .devices,
    ).toEqual([
      {
        name: "boiler",
        container: "kafka-iot-sim-dev-boiler",
        environment: {
          KAFKA_BOOTSTRAP_SERVERS: ["kafka:29092"],
          LOG_FORMAT: "pretty",
          FORCE_COLOR: "1",
          METRICS_PORT: 9464,
          DEVICE_NAME: "boiler",
          DEVICE_TOPIC: "boiler",
          DEVICE_SHARES_TOPIC: false,
          DEVICE_SENSORS: [
            {
              name: "flame",
              interval: 250,
              jitter: 0,
              model: { type: "uniform", min: 0, max: 1 },
              faults: [],
            },
          ],
        },
        memory: {
          limitMegabytes: 128,
          variables: {
            MALLOC_ARENA_MAX: "2",
            NODE_OPTIONS: "--max-old-space-size=64 --max-semi-space-size=1 --v8-pool-size=1",
          },
        },
        expectedMegabytes: 50,
        replayFiles: [],
      },
    ]);
  });

  it("that share a topic are told so", () => {
    const devices = [{ name: "a", topic: "t" }, { name: "b", topic: "t" }, { name: "c" }];
    expect(plan({ devices }).devices.map((device) => device.environment.DEVICE_SHARES_TOPIC)).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe("a group of devices", () => {
  const devicesOf = (raw: Record<string, unknown>) => plan(raw).devices;
  const toldOf = (raw: Record<string, unknown>) => devicesOf(raw).map(({ environment }) => environment);
  const group = (count: number, more: Record<string, unknown> = {}) => ({
    devices: [{ name: "meter", count, devicesPerContainer: 1_000, topic: "meters", sensors: 1, ...more }],
  });

  it("is spread over containers, each with a run of it", () => {
    const containers = devicesOf(group(2_500));
    expect(containers.map(({ name, container }) => [name, container])).toEqual([
      ["meter-fleet-1", "kafka-iot-sim-dev-meter-fleet-1"],
      ["meter-fleet-2", "kafka-iot-sim-dev-meter-fleet-2"],
      ["meter-fleet-3", "kafka-iot-sim-dev-meter-fleet-3"],
    ]);
    expect(containers[2]?.environment).toEqual({
      KAFKA_BOOTSTRAP_SERVERS: ["kafka:29092"],
      LOG_FORMAT: "pretty",
      FORCE_COLOR: "1",
      METRICS_PORT: 9464,
      DEVICE_NAME: "meter",
      DEVICE_FIRST_NUMBER: 2_001,
      DEVICE_COUNT: 500,
      DEVICE_CONTAINER: "meter-fleet-3",
      DEVICE_TOPIC: "meters",
      DEVICE_SHARES_TOPIC: true,
      DEVICE_SENSORS: [
        {
          name: "sensor_1",
          interval: 1_000,
          jitter: 0,
          model: { type: "uniform", min: 0, max: 1 },
          faults: [],
        },
      ],
    });
    expect(
      containers.map(({ environment }) => [environment.DEVICE_FIRST_NUMBER, environment.DEVICE_COUNT]),
    ).toEqual([
      [1, 1_000],
      [1_001, 1_000],
      [2_001, 500],
    ]);
  });

  it.each([1_000, 1_001, 2_499])("of %d leaves its full containers as they are when it grows", (count) => {
    const full = Math.floor(count / 1_000);
    expect(devicesOf(group(2_500)).slice(0, full)).toEqual(devicesOf(group(count)).slice(0, full));
  });

  it("with a container for each device names them as the devices", () => {
    const containers = devicesOf(group(3, { devicesPerContainer: 1 }));
    expect(containers.map(({ name, environment }) => [name, environment.DEVICE_FIRST_NUMBER])).toEqual([
      ["meter-1", 1],
      ["meter-2", 2],
      ["meter-3", 3],
    ]);
  });

  it("has keys with names of devices even if it is one, and is told by one name", () => {
    expect(toldOf(group(1)).map(({ DEVICE_SHARES_TOPIC }) => DEVICE_SHARES_TOPIC)).toEqual([true]);
    expect(plan({ devices: [{ name: "meter", count: 5_000 }, { name: "boiler" }] }).deviceNames).toEqual([
      "meter-{1..5000}",
      "boiler",
    ]);
  });

  it("is read whole by a consumer that names it", () => {
    const consumers = [{ type: "console", devices: ["meter"] }];
    const [console] = plan({ ...group(2_500), consumers }).consumers;
    expect(console?.environment).toContain("CONSUMER_TOPICS=meters");
  });

  it("is told what its containers need to know, and nothing that they would do anyway", () => {
    const raw = {
      ...group(1_500, {
        faults: [{ type: "offline", at: ["06:30"], for: "1m", meanwhile: "lose" }],
        tags: { site: "north" },
        messageSize: "1kB",
        compression: "gzip",
        buffer: { limit: 10, keep: "oldest" },
      }),
      seed: 7,
      backfill: "1d",
      speed: 2,
      maxRate: 3_001,
    };
    const [first, second] = toldOf(raw);
    expect(first).toMatchObject({
      DEVICE_FAULTS: [{ type: "offline", at: ["06:30"], for: 60_000, meanwhile: "lose" }],
      DEVICE_TAGS: { site: "north" },
      DEVICE_MESSAGE_BYTES: 1_024,
      DEVICE_COMPRESSION: "gzip",
      DEVICE_BUFFER_LIMIT: 10,
      DEVICE_BUFFER_KEEPS: "oldest",
      DEVICE_SEED: "7",
      DEVICE_BACKFILL_MS: 86_400_000,
      DEVICE_SPEED: 2,
    });
    // Two thirds and one third, rounded up.
    expect([first?.DEVICE_MAX_RATE, second?.DEVICE_MAX_RATE]).toEqual([2_001, 1_001]);
    const asByDefault = {
      ...group(1_500, {
        faults: [],
        tags: {},
        compression: "none",
        buffer: { limit: 100_000, keep: "newest" },
      }),
      seed: 1,
      speed: 1,
    };
    expect(toldOf(asByDefault)).toEqual(toldOf(group(1_500)));
  });

  it("is told when its history begins, if that is a time", () => {
    const [container] = toldOf({ devices: 1, backfill: "2026-11-20" });
    expect(container?.DEVICE_BACKFILL_FROM_MS).toBe(Date.parse("2026-11-20T00:00:00Z"));
    expect(container).not.toHaveProperty("DEVICE_BACKFILL_MS");
  });

  it.each([
    [1, 1, 128, 64, 1],
    [50, 2, 128, 64, 1],
    [101, 1, 128, 64, 4],
    [1_000, 1, 128, 64, 4],
    [1_001, 1, 144, 80, 4],
    [10_000, 1, 176, 96, 4],
    [10_000, 3, 256, 128, 4],
  ])(
    "of %d devices with %d sensors has %d MB, and %d MB of heap",
    (count, sensors, limit, heap, semiSpace) => {
      const [container] = devicesOf(group(count, { sensors, devicesPerContainer: 10_000, interval: "10s" }));
      expect(container?.memory).toEqual({
        limitMegabytes: limit,
        variables: {
          MALLOC_ARENA_MAX: "2",
          NODE_OPTIONS: `--max-old-space-size=${heap} --max-semi-space-size=${semiSpace} --v8-pool-size=1`,
        },
      });
    },
  );

  it("that keeps more has more memory", () => {
    const [container] = devicesOf(group(1, { buffer: { limit: 1_100_000 } }));
    expect(container?.memory.limitMegabytes).toBe(224);
  });
});

describe("devices that replay files", () => {
  const context = withFiles({ "a.csv": "v\n1\n", "b.csv": "v\n2\n", "same.csv": "v\n1\n" });
  const replaying = (...files: string[]) => ({
    name: "d",
    sensors: files.map((file, index) => ({ name: `s${index}`, model: { type: "replay", file } })),
  });
  const planned = (device: Record<string, unknown>) =>
    planStack(specOf({ devices: [device] }, "dev", context)).devices[0];

  it("have each file once, by its content, and are told where it is", () => {
    const device = planned(replaying("b.csv", "a.csv", "same.csv"));
    const files = device?.replayFiles ?? [];
    expect(files.map(({ content }) => content).sort()).toEqual(["v\n1\n", "v\n2\n"]);
    const pathOf = (text: string) => `/app/replay/${files.find(({ content }) => content === text)?.name}`;
    expect(device?.environment.DEVICE_SENSORS.map(({ model }) => model)).toEqual([
      { type: "replay", file: pathOf("v\n2\n") },
      { type: "replay", file: pathOf("v\n1\n") },
      { type: "replay", file: pathOf("v\n1\n") },
    ]);
  });

  it("are the same in whatever order they name them", () => {
    expect(planned(replaying("a.csv", "b.csv"))?.replayFiles).toEqual(
      planned(replaying("b.csv", "a.csv"))?.replayFiles,
    );
  });
});
