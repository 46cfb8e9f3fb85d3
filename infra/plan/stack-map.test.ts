import { describe, expect, it } from "vitest";
import { StackMap } from "../../contract/environment/stack-map";
import { environmentLines } from "../../contract/environment/variables";
import { problemsWith } from "../testing/config";
import { planOf } from "../testing/plan";

const dashboardOf = (raw: Record<string, unknown>, stack = "dev") =>
  planOf(raw, stack).consumers.find(({ type }) => type === "dashboard");

/** The map of a stack that its dashboard gets. */
function mapOf(raw: Record<string, unknown>): StackMap {
  return StackMap.parse(JSON.parse(dashboardOf(raw)?.environment["DASHBOARD_STACK"] ?? ""));
}

describe("the map of a stack", () => {
  it("the map has everything that a stack of the default size consists of", () => {
    expect(mapOf({})).toEqual({
      stack: "dev",
      coordination: "zookeeper",
      coordinators: ["zookeeper-1"],
      brokers: [{ id: 1, name: "broker-1" }],
      devices: [{ name: "device-1" }, { name: "device-2" }, { name: "device-3" }],
      consumers: [
        { name: "console", type: "console", group: "kafka-iot-sim-console" },
        { name: "lake", type: "lake", group: "kafka-iot-sim-lake" },
        { name: "dashboard", type: "dashboard" },
      ],
    });
  });

  it("the map has the topics of consumers that do not read all of them", () => {
    const map = mapOf({
      devices: [{ name: "boiler", topic: "heat" }, { name: "pump" }],
      consumers: [{ type: "console", devices: ["boiler"] }, { type: "lake" }, { type: "dashboard" }],
    });
    expect(map.consumers).toEqual([
      { name: "console", type: "console", group: "kafka-iot-sim-console", topics: ["heat"] },
      { name: "lake", type: "lake", group: "kafka-iot-sim-lake" },
      { name: "dashboard", type: "dashboard" },
    ]);
  });

  it("the map has the containers of groups, topics of other names, replicas, and Prometheus in no group", () => {
    const map = mapOf({
      devices: [
        { name: "boiler", topic: "heat" },
        { name: "meter", count: 2_500, devicesPerContainer: 1_000, topic: "meters" },
        { name: "pump", count: 2, devicesPerContainer: 1 },
      ],
      consumers: [
        { type: "lake", name: "rows", replicas: 2 },
        { type: "dashboard", name: "page" },
        { type: "prometheus" },
      ],
    });
    expect(map.devices).toEqual([
      { name: "boiler", topic: "heat" },
      {
        name: "meter",
        topic: "meters",
        fleets: [
          { name: "meter-fleet-1", first: 1, count: 1_000 },
          { name: "meter-fleet-2", first: 1_001, count: 1_000 },
          { name: "meter-fleet-3", first: 2_001, count: 500 },
        ],
      },
      {
        name: "pump",
        fleets: [
          { name: "pump-1", first: 1, count: 1 },
          { name: "pump-2", first: 2, count: 1 },
        ],
      },
    ]);
    expect(map.consumers).toEqual([
      { name: "rows", type: "lake", group: "kafka-iot-sim-rows" },
      { name: "rows-2", type: "lake", group: "kafka-iot-sim-rows" },
      { name: "page", type: "dashboard" },
      { name: "prometheus", type: "prometheus" },
    ]);
  });

  it.each([
    [{ brokers: 3, zookeepers: 3 }, ["zookeeper-1", "zookeeper-2", "zookeeper-3"]],
    [{ brokers: 3, coordination: "kraft" }, []],
    [{ brokers: 4, coordination: "kraft" }, ["controller-1", "controller-2", "controller-3"]],
  ])(
    "the map of %j has the ZooKeeper members, or the controllers that are not brokers",
    (raw, coordinators) => {
      expect(mapOf(raw).coordinators).toEqual(coordinators);
    },
  );

  it("the map of a dashboard that reads some devices has only those, and so have its topics", () => {
    const raw = { devices: 3, consumers: [{ type: "lake" }, { type: "dashboard", devices: ["device-2"] }] };
    expect(mapOf(raw).devices).toEqual([{ name: "device-2" }]);
    expect(dashboardOf(raw)?.environment["CONSUMER_TOPICS"]).toBe("device-2");
  });
});

describe("the variable with a dashboard's map", () => {
  /** Linux's MAX_ARG_STRLEN, the end included. */
  const maxBytes = 131_072;
  const longNames = (length: number, topicLength = 0) =>
    Array.from({ length: 1_000 }, (_, index) => ({
      name: `${"n".repeat(length - 4)}${1_000 + index}`,
      ...(topicLength > 0 && { topic: `${"t".repeat(topicLength - 4)}${1_000 + index}` }),
      sensors: 1,
    }));
  const longest = (raw: Record<string, unknown>) =>
    Math.max(
      ...environmentLines(dashboardOf(raw, "s".repeat(36))?.environment ?? {}).map((line) => line.length + 1),
    );

  it("fits a variable for 1,000 devices, also those with the longest names", () => {
    expect(longest({ devices: 1_000, brokers: 9 })).toBeLessThan(25_000);
    expect(longest({ devices: longNames(100), brokers: 9 })).toBeLessThan(maxBytes);
  });

  it("is refused if names and topics are too long for it", () => {
    const consumers = [{ type: "dashboard" }];
    const [problem, ...others] = problemsWith({ devices: longNames(100, 100), consumers });
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^devices: found \[.*; shorten names of devices and topics, or let devices share topics: "dashboard" gets all names in one variable, which would have 2\d{5} bytes and can have 120000$/,
    );
    expect(problemsWith({ devices: longNames(40, 40), consumers })).toEqual([]);
    // Without a dashboard only the topics have to fit.
    expect(problemsWith({ devices: longNames(100, 100), consumers: [] })).toEqual([]);
    expect(problemsWith({ devices: longNames(100, 200), consumers: [] })).toHaveLength(1);
  });
});
