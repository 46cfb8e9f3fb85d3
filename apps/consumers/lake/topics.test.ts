import { expect, it } from "vitest";
import { abandonedTopics } from "./topics";

it("finds the topics of removed devices in the table's applications, by their names in Kafka", () => {
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
