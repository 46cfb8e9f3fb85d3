import { describe, expect, it } from "vitest";
import { readStackConfig } from "../config/parse";
import { noFiles } from "../config/testing/surroundings";
import { planCapacity } from "./capacity";
import { planStack } from "./stack";

function capacity(raw: Record<string, unknown>) {
  const { spec } = readStackConfig("dev", raw, noFiles);
  return planCapacity(spec, planStack(spec));
}

const day = 86_400;

describe("memory", () => {
  it("is counted by role", () => {
    const { memory, totalMegabytes } = capacity({ devices: 2, brokers: 3, zookeepers: 3 });
    expect(memory).toEqual([
      { role: "zookeeper", containers: 3, limitMegabytes: 384, expectedMegabytes: 360 },
      { role: "broker", containers: 3, limitMegabytes: 896, expectedMegabytes: 1_602 },
      { role: "device", containers: 2, limitMegabytes: 128, expectedMegabytes: 100 },
      { role: "consumer", containers: 2, limitMegabytes: 512, expectedMegabytes: 300 },
    ]);
    // All of them, ten containers of 15 MB each for the engine, and 400 MB for the machine itself.
    expect(totalMegabytes).toBe(360 + 1_602 + 100 + 300 + 10 * 15 + 400);
  });

  it("knows controllers of their own, and no roles that are not there", () => {
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

  it("is a record a message, in a batch for each moment of a device", () => {
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

  it("counts a moment once at which sensors of several intervals fire", () => {
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

  it("is there as often as there are copies", () => {
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
    const kept = (raw: Record<string, unknown>) => kafka({ devices, ...raw }).mostBytesKept;

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

describe("data in the lake", () => {
  const lake = (raw: Record<string, unknown>) => capacity(raw).lake;

  it("is that of the default stack", () => {
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

  it("stays as it was written where nothing is compacted", () => {
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

  it("has commits by rows where those come first", () => {
    // 9 rows/s: three rows make a commit three times a second.
    expect(lake({ lake: { flushRows: 3 } })?.commitsPerDay).toBeCloseTo(3 * day, 6);
  });

  it("is written by as many replicas as there are partitions", () => {
    const replicas = (count: number) => lake({ consumers: [{ type: "lake", replicas: count }] });
    expect(replicas(3)?.commitsPerDay).toBeCloseTo(3 * 8_640, 6);
    expect(replicas(4)).toEqual(replicas(3));
  });

  it("is of the topics that lakes read", () => {
    const consumers = [{ type: "lake", devices: ["device-1"] }, { type: "console" }];
    expect(lake({ consumers })?.rowsPerDay).toBe(3 * day);
    expect(lake({ consumers: [{ type: "console" }] })).toBeUndefined();
    expect(lake({ devices: 0 })).toBeUndefined();
  });
});

describe("what is much", () => {
  it("is nothing of a usual stack", () => {
    expect(capacity({ brokers: 3, devices: 100, partitions: 4 }).warnings).toEqual([]);
  });

  it("is warned of", () => {
    const sensors = Array.from({ length: 100 }, (_, index) => ({ name: `s${index}`, interval: "10ms" }));
    const raw = { devices: 60, sensors, partitions: 100, consumers: [{ type: "lake" }] };
    const warnings = [
      "6,000 copies of partitions on a broker are much: up to 4,000 are usual; lower partitions, or add brokers",
      "126 MB/s with all copies are much for brokers on one machine; lengthen the sensors' intervals",
      "600,000 rows/s are more than one container of a lake has written (300,000): give it more replicas",
    ];
    expect(capacity(raw).warnings).toEqual(warnings);
    const two = [{ type: "lake", replicas: 2 }];
    expect(capacity({ ...raw, consumers: two }).warnings).toEqual(warnings.slice(0, 2));
    const uncompacted = { compactAfter: "never", flushInterval: "1s" };
    const idle = [{ type: "lake", replicas: 4 }];
    expect(capacity({ lake: uncompacted, consumers: idle }).warnings).toEqual([
      "263,520 files a day stay in the table: readers slow down with their number; set lake.compactAfter",
      "a lake has more replicas than there are partitions: some of them have nothing to do",
    ]);
  });
});
