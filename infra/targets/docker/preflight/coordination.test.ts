import { describe, expect, it } from "vitest";
import { problemsOf, withVolumesOf } from "../../../testing/machine";
import { emptyState } from "./state";

describe("the coordination", () => {
  const three = ["broker-1", "broker-2", "broker-3"];

  it.each([
    ["of a new stack", { coordination: "kraft" }, withVolumesOf()],
    ["of another stack", { coordination: "kraft" }, { volumes: ["kafka-iot-sim-dev-2-zookeeper-1-data"] }],
    ["as it was", { zookeepers: 3 }, withVolumesOf("broker-1", "zookeeper-1", "zookeeper-2", "zookeeper-3")],
    ["with more brokers", { brokers: 5 }, withVolumesOf("broker-1", "zookeeper-1")],
    ["with more combined brokers", { coordination: "kraft", brokers: 3 }, withVolumesOf("broker-1")],
    [
      "with fewer brokers",
      { coordination: "kraft", brokers: 4 },
      withVolumesOf(...three, "broker-4", "broker-5", "controller-1", "controller-2", "controller-3"),
    ],
    [
      "with a device that is called like a broker's volume",
      { devices: [{ name: "broker-x" }] },
      withVolumesOf("broker-1", "zookeeper-1", "zookeeper-1-old"),
    ],
  ])("%s is right", (_which, raw, there) => {
    expect(problemsOf(raw, there)).toEqual([]);
  });

  it.each([
    [
      { coordination: "kraft" },
      withVolumesOf("broker-1", "zookeeper-1"),
      'coordination: found "kraft"; this stack was made with ZooKeeper, which holds what its brokers know: set it back to zookeeper, or npm run down first (pulumi destroy), which takes the stack\'s data with it',
    ],
    [
      {},
      { ...withVolumesOf("broker-1"), state: { ...emptyState, clusterId: "an-id" } },
      'coordination: found "zookeeper"; this stack was made with KRaft, in which brokers hold what they know: set it back to kraft, or npm run down first (pulumi destroy), which takes the stack\'s data with it',
    ],
    [
      { zookeepers: 3 },
      withVolumesOf("broker-1", "zookeeper-1"),
      "zookeepers: found 3; set it back to 1, which the stack has; another size needs a new stack: npm run down first",
    ],
    [
      { coordination: "kraft", brokers: 4 },
      withVolumesOf(...three),
      "brokers: found 4; this stack was made with brokers that are the controllers too, of which there are at most 3: set it to at most 3, or npm run down first",
    ],
    [
      { coordination: "kraft", brokers: 3 },
      withVolumesOf(...three, "broker-4", "controller-1", "controller-2", "controller-3"),
      "brokers: found 3; this stack was made with controllers of their own, which a cluster of at most 3 brokers does not have: set it to 4 or more, or npm run down first",
    ],
  ])("%j is refused", (raw, there, problem) => {
    expect(problemsOf(raw, there)).toEqual([problem]);
  });
});
