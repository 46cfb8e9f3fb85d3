import { describe, expect, it } from "vitest";
import { appIdOf } from "../../../shared/lake-table/table-topics";
import { abandonedTopics, Positions } from "./positions";

const one = { topic: "device-1", tableTopic: "device-1", partition: 0 };
const two = { topic: "device.2_x", tableTopic: "device.2_x#12", partition: 12 };

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

it("topics of removed devices are found in the table's applications, by their names in Kafka", () => {
  const appIds = [
    "kafka-iot-sim-lake:b#2:1",
    "kafka-iot-sim-lake:b:0",
    "kafka-iot-sim-lake:a#3:0",
    "kafka-iot-sim-lake:new#2:0",
    "spark",
    "kafka-iot-sim-lake:device-1:0",
  ];
  expect(abandonedTopics(appIds, ["device-1", "new"])).toEqual(["a", "b"]);
});
