import { describe, expect, it } from "vitest";
import { readableSpecOf } from "../testing/config";
import { planOf } from "../testing/plan";
import { planCapacity } from "./capacity";

function capacity(raw: Record<string, unknown>) {
  const spec = readableSpecOf(raw);
  return planCapacity(spec, planOf(raw));
}

const day = 86_400;

describe("memory", () => {
  it("is added up by role", () => {
    const { memory, totalMegabytes } = capacity({ devices: 2, brokers: 3, zookeepers: 3 });
    expect(memory).toEqual([
      { role: "zookeeper", containers: 3, limitMegabytes: 384, expectedMegabytes: 360 },
      { role: "broker", containers: 3, limitMegabytes: 896, expectedMegabytes: 1_602 },
      { role: "device", containers: 2, limitMegabytes: 128, expectedMegabytes: 100 },
      { role: "consumer", containers: 3, limitMegabytes: 512, expectedMegabytes: 361 },
    ]);
    // All of them, eleven containers of 15 MB each for the engine, and 400 MB for the machine itself.
    expect(totalMegabytes).toBe(360 + 1_602 + 100 + 361 + 11 * 15 + 400);
  });

  it("includes separate controllers, and no roles that the stack does not have", () => {
    const { memory } = capacity({ coordination: "kraft", brokers: 4, devices: 0, consumers: [] });
    expect(memory.map(({ role, containers }) => [role, containers])).toEqual([
      ["controller", 3],
      ["broker", 4],
    ]);
  });
});

describe("data in Kafka", () => {
  const sensors = (...intervals: readonly string[]) =>
    intervals.map((interval, index) => ({ name: `s${index}`, interval }));
  const kafka = (raw: Record<string, unknown>) => capacity(raw).kafka;
  /** Head of a record, key, and value of a device and a sensor whose names have one and two letters. */
  const record = 9 + 2 + 128;

  it("consists of one record a message, and one batch for each moment of a device", () => {
    const devices = [{ name: "d", sensors: sensors("1s", "1s", "1s") }];
    expect(kafka({ devices })).toMatchObject({
      messagesPerSecond: 3,
      bytesPerSecond: 3 * record + 61,
      bytesPerDay: (3 * record + 61) * day,
      partitions: 1,
      replicas: 1,
      replicasPerBroker: 1,
    });
  });

  it("has one batch for a moment at which sensors of several intervals fire", () => {
    const devices = [{ name: "d", sensors: sensors("500ms", "1s", "5s") }];
    expect(kafka({ devices }).bytesPerSecond).toBeCloseTo(3.2 * record + 2 * 61, 6);
    const apart = [{ name: "d", sensors: sensors("200ms", "500ms") }];
    expect(kafka({ devices: apart }).bytesPerSecond).toBeCloseTo(7 * (record + 61), 6);
  });

  it("has a batch for each partition, but not more than messages", () => {
    const devices = [{ name: "d", sensors: sensors("1s", "1s", "1s") }];
    expect(kafka({ devices, partitions: 2 }).bytesPerSecond).toBe(3 * record + 2 * 61);
    expect(kafka({ devices, partitions: 9 }).bytesPerSecond).toBe(3 * record + 3 * 61);
  });

  it("is multiplied by the number of copies", () => {
    const { bytesPerSecond, bytesPerDay, partitions, replicas, replicasPerBroker } = kafka({
      devices: 4,
      brokers: 5,
      partitions: 2,
    });
    expect(bytesPerDay).toBe(bytesPerSecond * day * 3);
    expect([partitions, replicas, replicasPerBroker]).toEqual([8, 24, 5]);
  });

  it("has the device's name in the keys of a shared topic", () => {
    const alone = kafka({ devices: [{ name: "d", sensors: sensors("1s") }] }).bytesPerSecond;
    const devices = ["d", "e"].map((name) => ({ name, topic: "t", sensors: sensors("1s") }));
    const { topics } = kafka({ devices });
    expect(topics.map(({ topic, bytesPerSecond }) => [topic, bytesPerSecond])).toEqual([
      ["t", 2 * (alone + "d/".length)],
    ]);
  });

  describe("that is kept", () => {
    const devices = [{ name: "d", sensors: sensors("1s") }];
    const rate = record + 61;
    const kept = (raw: Record<string, unknown>) => kafka({ devices, ...raw }).maxBytesKept;

    it.each([
      ["a week and a segment of a week", {}, rate * 14 * day],
      [
        "a day and a segment of an hour",
        { topicDefaults: { retention: "1d", segmentAge: "1h" } },
        rate * (day + 3_600),
      ],
      ["two segments by size", { topicDefaults: { retentionSize: "1MB", segmentSize: "1MB" } }, 2 * 2 ** 20],
      [
        "what brokers are set to",
        { kafka: { properties: { "log.retention.hours": 1, "log.roll.ms": 60_000 } } },
        rate * (3_600 + 60),
      ],
      [
        "what the finest unit says",
        {
          kafka: {
            properties: { "log.retention.hours": 1, "log.retention.minutes": 2, "log.roll.ms": 60_000 },
          },
        },
        rate * (120 + 60),
      ],
      ["nobody knows how much", { topicDefaults: { retention: "forever" } }, undefined],
      [
        "a size for ever",
        { topicDefaults: { retention: "forever", retentionSize: "2MB", segmentSize: "1MB" } },
        3 * 2 ** 20,
      ],
    ])("is %s", (_what, raw, bytes) => {
      const found = kept({ consumers: [], ...raw });
      if (bytes === undefined) expect(found).toBeUndefined();
      else expect(found).toBeCloseTo(bytes, 3);
    });
  });
});

describe("devices", () => {
  const meters = { name: "m", count: 2_000, sensors: 1, interval: "10s", topic: "t" };
  const kafka = (device: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    capacity({ devices: [{ ...meters, ...device }], ...more }).kafka;

  it("of a group make as much data as single ones", () => {
    // 200 messages/s, named as m-2000 in key and value; a batch each ten seconds.
    const record = 9 + "m-2000/sensor_1".length + 128 + "m-2000".length - 1 + "sensor_1".length - 2;
    expect(kafka({})).toMatchObject({ messagesPerSecond: 200, bytesPerSecond: 200 * record + 6.1 });
    const { messagesPerSecond, bytesPerSecond } = kafka({}, { speed: 3 });
    expect(messagesPerSecond).toBe(600);
    expect(bytesPerSecond).toBeCloseTo(3 * (200 * record + 6.1), 6);
    expect(kafka({ devicesPerContainer: 500 }).bytesPerSecond).toBe(200 * record + 4 * 6.1);
  });

  it("have longer messages with units, labels, tags and padding", () => {
    const perMessage = (device: Record<string, unknown>) =>
      kafka({ ...device, devicesPerContainer: 2_000 }).bytesPerSecond / 200 - 6.1 / 200;
    const plain = perMessage({});
    const sensor = (fields: Record<string, unknown>) =>
      perMessage({ sensors: [{ name: "sensor_1", ...fields }] }) - plain;
    expect(sensor({ unit: "°C" })).toBeCloseTo(',"unit":"°C"'.length + 1, 6);
    expect(sensor({ precision: 2 })).toBeCloseTo("123.11".length - "0.1234567890123456".length, 6);
    const values = [{ value: 1, label: "open" }];
    expect(sensor({ model: { type: "choice", values } })).toBeCloseTo(',"label":"open"'.length, 6);
    expect(perMessage({ tags: { site: "north" } }) - plain).toBeCloseTo(',"site":"north"'.length, 6);
    expect(perMessage({ messageSize: "1kB" })).toBeCloseTo(9 + "m-2000/sensor_1".length + 1_024, 6);
    expect(perMessage({ messageSize: "64B" })).toBeCloseTo(plain, 6);
  });
});

describe("history", () => {
  const history = (raw: Record<string, unknown>) => capacity(raw).history;
  const meters = (count: number, devicesPerContainer: number) => ({
    devices: [{ name: "m", count, devicesPerContainer, sensors: 1, interval: "1s" }],
    backfill: "1h",
  });

  it("does not exist by default", () => {
    expect(history({})).toBeUndefined();
  });

  it("takes as long as its fullest container, or the brokers, or the limit for all", () => {
    expect(history(meters(10_000, 10_000))).toEqual({
      lengthMs: 3_600_000,
      observations: 36_000_000,
      // 90,000/s are left beside the present.
      seconds: 400,
    });
    expect(history(meters(20_000, 10_000))?.seconds).toBe(400);
    expect(history(meters(80_000, 10_000))?.seconds).toBe(2_400);
    expect(history({ ...meters(10_000, 10_000), maxRate: 20_000 })?.seconds).toBe(3_600);
    expect(history({ ...meters(10_000, 10_000), maxRate: 10_000 })?.seconds).toBe(Infinity);
    expect(history({ ...meters(10_000, 10_000), speed: 5 })?.seconds).toBe(720);
  });

  it("covers all the time since its start", () => {
    expect(history({ devices: 1, sensors: 1, backfill: "2026-11-22" })).toMatchObject({
      lengthMs: 86_400_000,
      observations: 86_400,
    });
  });

  it("causes a warning if it makes many files and a lake reads it", () => {
    const raw = { devices: 1, backfill: "30d" };
    const warning =
      "a history of 30d makes files for each of 43,200 minutes in the table: readers slow down with their number; shorten backfill";
    expect(capacity(raw).warnings).toEqual([warning]);
    expect(capacity({ ...raw, consumers: [] }).warnings).toEqual([]);
    expect(capacity({ ...raw, backfill: "6d" }).warnings).toEqual([]);
  });
});

describe("buffers", () => {
  const fleet = { devices: [{ name: "m", count: 20_000, sensors: 3 }] };
  const short =
    "containers of m-{1..20000} keep 100,000 observations while brokers are away, which they make in 3.3 s: raise buffer.limit";

  it("cause a warning if they are full before a crashed broker is back", () => {
    expect(capacity(fleet).warnings).toEqual([short]);
    expect(capacity({ ...fleet, buffer: { limit: 300_000 } }).warnings).toEqual([]);
    // Those make up for what they have not observed.
    expect(capacity({ ...fleet, backfill: "1h" }).warnings).toEqual([]);
    expect(capacity({ devices: [{ name: "m", count: 20_000, sensors: 1 }], speed: 2 }).warnings).toEqual([]);
  });
});

describe("data in the lake", () => {
  const lake = (raw: Record<string, unknown>) => capacity(raw).lake;

  it("is calculated for the default stack", () => {
    expect(lake({})).toEqual({
      writers: 1,
      rowsPerDay: 777_600,
      bytesPerDay: 1_440 * 1_300 + 777_600 * 11.5,
      commitsPerDay: 8_640,
      filesPerDay: 10_080,
      filesPerDayLeft: 1_440,
      logEntriesPerDay: 10_080,
      replacedBytes: 7 * (10_080 * 1_300 + 777_600 * 11.5),
    });
  });

  it("has one file for each minute of the devices' time", () => {
    expect(lake({ speed: 10 })).toMatchObject({
      rowsPerDay: 7_776_000,
      commitsPerDay: 8_640,
      filesPerDay: 8_640 + 14_400,
      filesPerDayLeft: 14_400,
      logEntriesPerDay: 8_640 + 14_400,
    });
    expect(capacity({ speed: 10 }).warnings).toEqual([
      "14,400 files a day stay in the table: readers slow down with their number; lower speed",
    ]);
  });

  it("keeps the files as they were written if nothing is compacted", () => {
    expect(lake({ lake: { compactAfter: "never", flushInterval: "1s" } })).toMatchObject({
      commitsPerDay: 86_400,
      filesPerDay: 87_840,
      filesPerDayLeft: 87_840,
      logEntriesPerDay: 86_400,
      replacedBytes: 0,
    });
  });

  it("has no commits without rows", () => {
    const devices = [{ name: "d", sensors: [{ name: "s", interval: "1h" }] }];
    expect(lake({ devices })).toMatchObject({
      rowsPerDay: 24,
      commitsPerDay: 24,
      filesPerDay: 24,
      filesPerDayLeft: 24,
    });
  });

  it("has a commit for each `flushRows` rows if those come before the interval", () => {
    // 9 rows/s: three rows make a commit three times a second.
    expect(lake({ lake: { flushRows: 3 } })?.commitsPerDay).toBeCloseTo(3 * day, 6);
  });

  it("is written by at most as many replicas as there are partitions", () => {
    const replicas = (count: number) => lake({ consumers: [{ type: "lake", replicas: count }] });
    expect(replicas(3)?.commitsPerDay).toBeCloseTo(3 * 8_640, 6);
    expect(replicas(4)).toEqual(replicas(3));
  });

  it("comes from the topics that lakes read", () => {
    const consumers = [{ type: "lake", devices: ["device-1"] }, { type: "console" }];
    expect(lake({ consumers })?.rowsPerDay).toBe(3 * day);
    expect(lake({ consumers: [{ type: "console" }] })).toBeUndefined();
    expect(lake({ devices: 0 })).toBeUndefined();
  });
});

describe("warnings", () => {
  it("are absent for a usual stack", () => {
    expect(capacity({ brokers: 3, devices: 100, partitions: 4 }).warnings).toEqual([]);
  });

  it("report what is unusually much", () => {
    const sensors = Array.from({ length: 100 }, (_, index) => ({ name: `s${index}`, interval: "10ms" }));
    const raw = { devices: 60, sensors, partitions: 100, consumers: [{ type: "lake" }] };
    const warnings = [
      "6,000 copies of partitions on a broker are many: up to 4,000 are usual; lower partitions, or add brokers",
      "126 MB/s with all copies are a lot for brokers on one machine; lengthen the sensors' intervals",
      "600,000 rows/s are more than one lake container wrote in measurements (300,000): give it more replicas",
    ];
    expect(capacity(raw).warnings).toEqual(warnings);
    const two = [{ type: "lake", replicas: 2 }];
    expect(capacity({ ...raw, consumers: two }).warnings).toEqual(warnings.slice(0, 2));
    const uncompacted = { compactAfter: "never", flushInterval: "1s" };
    const idle = [{ type: "lake", replicas: 4 }];
    expect(capacity({ lake: uncompacted, consumers: idle }).warnings).toEqual([
      "263,520 files a day stay in the table: readers slow down with their number; set lake.compactAfter",
      'consumer "lake" has 4 replicas and 3 partitions to read: 1 of them have nothing to do; lower its replicas, or raise partitions',
    ]);
  });

  it("report idle replicas of consumers that read something, by the partitions that they read", () => {
    const consumers = [
      { type: "lake", replicas: 2, devices: ["device-1"] },
      { type: "console", replicas: 3 },
    ];
    expect(capacity({ consumers }).warnings).toEqual([
      'consumer "lake" has 2 replicas and 1 partition to read: 1 of them have nothing to do; lower its replicas, or raise partitions',
    ]);
    expect(capacity({ consumers, partitions: 2 }).warnings).toEqual([]);
    const lake = [{ type: "lake", replicas: 4 }];
    expect(capacity({ consumers: lake, devices: 0 }).warnings).toEqual([]);
  });
});
