import { describe, expect, it } from "vitest";
import {
  appIdOf,
  closedAt,
  nextOffsetOf,
  parseTableTopic,
  partitionOfApp,
  tableTopicOf,
} from "./table-topics";

const one = { topic: "device-1", tableTopic: "device-1", partition: 0 };
const two = { topic: "device.2_x", tableTopic: "device.2_x#12", partition: 12 };

describe("the table's names of topics", () => {
  it.each([
    ["device-1", 1, "device-1"],
    ["device-1", 2, "device-1#2"],
    ["9", 10, "9#10"],
  ])("say which incarnation of %s: %d", (topic, incarnation, tableTopic) => {
    expect(tableTopicOf(topic, incarnation)).toBe(tableTopic);
    expect(parseTableTopic(tableTopic)).toEqual({ topic, incarnation });
  });

  it.each(["", "#2", "a#", "a#0", "a#1", "a#02", "a#2#3", "a#x"])("are never like %j", (tableTopic) =>
    expect(parseTableTopic(tableTopic)).toBeUndefined(),
  );
});

describe("applications of the table", () => {
  it("stand for Kafka partitions in an incarnation, whatever the consumer's name", () => {
    expect(appIdOf(one)).toBe("kafka-iot-sim-lake:device-1:0");
    expect(partitionOfApp(appIdOf(one))).toEqual({ ...one, incarnation: 1 });
    expect(appIdOf(two)).toBe("kafka-iot-sim-lake:device.2_x#12:12");
    expect(partitionOfApp(appIdOf(two))).toEqual({ ...two, incarnation: 12 });
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

  it.each([0, 1, 7, Number.MAX_SAFE_INTEGER - 1])("can be closed at offset %d, and at no offset", (next) => {
    expect(closedAt(next)).toBeLessThan(0);
    expect(nextOffsetOf(closedAt(next))).toBe(next);
    expect(nextOffsetOf(next)).toBe(next);
  });
});
