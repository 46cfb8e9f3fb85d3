import { describe, expect, it } from "vitest";
import {
  appIdOf,
  closedAt,
  nextOffsetOf,
  parseTableTopic,
  partitionOfApp,
  Positions,
  tableTopicOf,
} from "./offsets";
import { abandonedTopics } from "./topics";

const one = { topic: "device-1", tableTopic: "device-1", partition: 0 };
const two = { topic: "device.2_x", tableTopic: "device.2_x#12", partition: 12 };

describe("the table's names of topics", () => {
  it.each([
    ["device-1", 1, "device-1"],
    ["device-1", 2, "device-1#2"],
    ["9", 10, "9#10"],
  ])("say which lineage of %s: %d", (topic, lineage, tableTopic) => {
    expect(tableTopicOf(topic, lineage)).toBe(tableTopic);
    expect(parseTableTopic(tableTopic)).toEqual({ topic, lineage });
  });

  it.each(["", "#2", "a#", "a#0", "a#1", "a#02", "a#2#3", "a#x"])("are never like %j", (tableTopic) =>
    expect(parseTableTopic(tableTopic)).toBeUndefined(),
  );
});

describe("applications of the table", () => {
  it("stand for Kafka partitions in a lineage, whatever the consumer's name", () => {
    expect(appIdOf(one)).toBe("kafka-iot-sim-lake:device-1:0");
    expect(partitionOfApp(appIdOf(one))).toEqual({ ...one, lineage: 1 });
    expect(appIdOf(two)).toBe("kafka-iot-sim-lake:device.2_x#12:12");
    expect(partitionOfApp(appIdOf(two))).toEqual({ ...two, lineage: 12 });
  });

  it.each([
    "other:device-1:0",
    "kafka-iot-sim-source:device-1:0:c:t",
    "kafka-iot-sim-lake:device-1",
    "kafka-iot-sim-lake:device-1#1:0",
    "kafka-iot-sim-lake:a:0:b",
    "kafka-iot-sim-lake:a:x",
    "",
  ])("of other programs are left alone: %j", (appId) => expect(partitionOfApp(appId)).toBeUndefined());

  it("tell which topics belonged to removed devices, by their names in Kafka", () => {
    const appIds = [
      "kafka-iot-sim-lake:b#2:1",
      "kafka-iot-sim-lake:b:0",
      "kafka-iot-sim-lake:a#3:0",
      "kafka-iot-sim-lake:new#2:0",
      "spark",
      appIdOf(one),
    ];
    expect(abandonedTopics(appIds, ["device-1", "new"])).toEqual(["a", "b"]);
  });

  it.each([0, 1, 7, Number.MAX_SAFE_INTEGER - 1])("can be closed at offset %d, and at no offset", (next) => {
    expect(closedAt(next)).toBeLessThan(0);
    expect(nextOffsetOf(closedAt(next))).toBe(next);
    expect(nextOffsetOf(next)).toBe(next);
  });
});

describe("positions", () => {
  it("seal what was read since the last seal, once", () => {
    const positions = new Positions();
    positions.reset([
      { ...one, next: 5 },
      { ...two, next: 7 },
    ]);
    expect(positions.hasProgress).toBe(false);
    positions.get("device.2_x", 12)!.next = 9;
    expect(positions.hasProgress).toBe(true);
    expect(positions.seal()).toEqual([{ ...two, appId: appIdOf(two), from: 7, to: 9 }]);
    expect(positions.hasProgress).toBe(false);
    positions.get("device-1", 0)!.next = 6;
    expect(positions.seal()).toEqual([{ ...one, appId: appIdOf(one), from: 5, to: 6 }]);
    expect(positions.seal()).toEqual([]);
    expect(positions.get("device-1", 1)).toBeUndefined();
    expect(positions.get("device.2_x#12", 12)).toBeUndefined();
  });
});
