import { expect, it } from "vitest";
import type { StackMap } from "../../../../contract/environment/stack-map";
import { nodesOf } from "./nodes";

const map: StackMap = {
  stack: "dev",
  coordination: "zookeeper",
  coordinators: ["zookeeper-1"],
  brokers: [{ id: 2, name: "broker-2" }],
  devices: [],
  consumers: [],
};

it("finds nodes where they listen in the stack's network", () => {
  expect(nodesOf(map)).toEqual({
    coordination: "zookeeper",
    brokers: [{ id: 2, name: "broker-2", host: "kafka-iot-sim-dev-broker-2", port: 29_092 }],
    coordinators: [{ name: "zookeeper-1", host: "kafka-iot-sim-dev-zookeeper-1", port: 2_181 }],
  });
  expect(nodesOf({ ...map, coordination: "kraft", coordinators: ["controller-1"] }).coordinators).toEqual([
    { name: "controller-1", host: "kafka-iot-sim-dev-controller-1", port: 9_093 },
  ]);
});
