import { describe, expect, it } from "vitest";
import { DeviceEnvironment } from "../../contract/environment/device";
import { withFiles } from "../testing/config";
import { instancesIn, planOf, settingsIn } from "../testing/plan";

/** The containers of a stack's devices, with their settings as the app reads them. */
const containersOf = (raw: Record<string, unknown>, context = withFiles({})) =>
  instancesIn(planOf(raw, "dev", context).devices).map((each) => ({
    ...each,
    settings: settingsIn(DeviceEnvironment, each.environment),
    /** The variables that Node and the C library read themselves. */
    variables: Object.fromEntries(
      Object.entries(each.environment).filter(([name]) => !(name in DeviceEnvironment.shape)),
    ),
  }));

describe("devices", () => {
  it("a device gets its sensors, and where to publish", () => {
    const raw = {
      devices: [{ name: "boiler", sensors: [{ name: "flame", interval: "250ms" }] }],
      brokers: 2,
    };
    expect(containersOf(raw)).toEqual([
      {
        name: "boiler",
        role: "device",
        image: "app",
        command: ["node", "/app/device.js"],
        user: "node",
        environment: expect.anything() as unknown,
        settings: {
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
        variables: {
          MALLOC_ARENA_MAX: "2",
          NODE_OPTIONS: "--max-old-space-size=64 --max-semi-space-size=1 --v8-pool-size=1",
        },
        memoryMegabytes: 128,
        expectedMegabytes: 50,
        ports: [{ name: "metrics", port: 9_464 }],
        ready: { probe: { http: { port: 9_464, path: "/healthz" } }, startTimeoutSeconds: 90 },
        volumes: [],
        scratch: [{ path: "/tmp", megabytes: 16 }],
        files: [],
        readOnlyRoot: true,
        stopGraceSeconds: 15,
        runs: "always",
        after: ["topic-init"],
        rollsOneAtATime: false,
      },
    ]);
  });

  it("devices know whether they share a topic", () => {
    const devices = [{ name: "a", topic: "t" }, { name: "b", topic: "t" }, { name: "c" }];
    expect(containersOf({ devices }).map(({ settings }) => settings.DEVICE_SHARES_TOPIC)).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe("a group of devices", () => {
  const settingsOf = (raw: Record<string, unknown>) => containersOf(raw).map(({ settings }) => settings);
  const group = (count: number, more: Record<string, unknown> = {}) => ({
    devices: [{ name: "meter", count, devicesPerContainer: 1_000, topic: "meters", sensors: 1, ...more }],
  });

  it("a group is spread over containers, each with a run of it", () => {
    const containers = containersOf(group(2_500));
    expect(containers.map(({ name }) => name)).toEqual(["meter-fleet-1", "meter-fleet-2", "meter-fleet-3"]);
    expect(planOf(group(2_500)).devices.map(({ name, shards }) => [name, shards?.count])).toEqual([
      ["meter", 3],
    ]);
    expect(containers[2]?.settings).toEqual({
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
    expect(containers.map(({ settings }) => [settings.DEVICE_FIRST_NUMBER, settings.DEVICE_COUNT])).toEqual([
      [1, 1_000],
      [1_001, 1_000],
      [2_001, 500],
    ]);
  });

  it.each([1_000, 1_001, 2_499])("full containers of a group of %d stay unchanged when it grows", (count) => {
    const full = Math.floor(count / 1_000);
    expect(containersOf(group(2_500)).slice(0, full)).toEqual(containersOf(group(count)).slice(0, full));
  });

  it("with a container for each device, the containers have the devices' names", () => {
    const containers = containersOf(group(3, { devicesPerContainer: 1 }));
    expect(containers.map(({ name, settings }) => [name, settings.DEVICE_FIRST_NUMBER])).toEqual([
      ["meter-1", 1],
      ["meter-2", 2],
      ["meter-3", 3],
    ]);
  });

  it("keys have the devices' names even in a group of one, and outputs show a group as one name", () => {
    expect(settingsOf(group(1)).map(({ DEVICE_SHARES_TOPIC }) => DEVICE_SHARES_TOPIC)).toEqual([true]);
    expect(planOf({ devices: [{ name: "meter", count: 5_000 }, { name: "boiler" }] }).deviceNames).toEqual([
      "meter-{1..5000}",
      "boiler",
    ]);
  });

  it("a consumer that names a group reads all of it", () => {
    const consumers = [{ type: "console", devices: ["meter"] }];
    const [console] = planOf({ ...group(2_500), consumers }).consumers;
    expect(console?.environment["CONSUMER_TOPICS"]).toBe("meters");
  });

  it("containers get the settings that differ from the defaults, and no others", () => {
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
    const [first, second] = settingsOf(raw);
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
    expect(settingsOf(asByDefault)).toEqual(settingsOf(group(1_500)));
  });

  it("containers get the start of the history, if it is a time", () => {
    const [container] = settingsOf({ devices: 1, backfill: "2026-11-20" });
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
    "a container of %d devices with %d sensors has %d MB, and %d MB of heap",
    (count, sensors, limit, heap, semiSpace) => {
      const [container] = containersOf(
        group(count, { sensors, devicesPerContainer: 10_000, interval: "10s" }),
      );
      expect([container?.memoryMegabytes, container?.variables]).toEqual([
        limit,
        {
          MALLOC_ARENA_MAX: "2",
          NODE_OPTIONS: `--max-old-space-size=${heap} --max-semi-space-size=${semiSpace} --v8-pool-size=1`,
        },
      ]);
    },
  );

  it("a container that keeps more observations has more memory", () => {
    const [container] = containersOf(group(1, { buffer: { limit: 1_100_000 } }));
    expect(container?.memoryMegabytes).toBe(224);
  });
});

describe("devices that replay files", () => {
  const context = withFiles({ "a.csv": "v\n1\n", "b.csv": "v\n2\n", "same.csv": "v\n1\n" });
  const replaying = (...files: string[]) => ({
    name: "d",
    sensors: files.map((file, index) => ({ name: `s${index}`, model: { type: "replay", file } })),
  });
  const planned = (device: Record<string, unknown>) => containersOf({ devices: [device] }, context)[0];

  it("have each file once, by its content, and get its path", () => {
    const device = planned(replaying("b.csv", "a.csv", "same.csv"));
    const files = device?.files ?? [];
    expect(files.map(({ content }) => content).sort()).toEqual(["v\n1\n", "v\n2\n"]);
    const pathOf = (text: string) => files.find(({ content }) => content === text)?.path;
    expect(files.map(({ path }) => path.replace(/[^/]+$/, ""))).toEqual(["/app/replay/", "/app/replay/"]);
    expect(device?.settings.DEVICE_SENSORS?.map(({ model }) => model)).toEqual([
      { type: "replay", file: pathOf("v\n2\n") },
      { type: "replay", file: pathOf("v\n1\n") },
      { type: "replay", file: pathOf("v\n1\n") },
    ]);
  });

  it("have the same files in whatever order they name them", () => {
    expect(planned(replaying("a.csv", "b.csv"))?.files).toEqual(planned(replaying("b.csv", "a.csv"))?.files);
  });
});
