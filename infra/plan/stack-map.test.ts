import { describe, expect, it } from "vitest";
import { StackMap } from "../../contract/environment/stack-map";
import { problemsWith, specOf } from "../testing/config";
import { planStack } from "./stack";

const dashboardOf = (raw: Record<string, unknown>, stack = "dev") =>
  planStack(specOf(raw, stack)).consumers.find(({ type }) => type === "dashboard");

/** What the dashboard of a stack is told of it. */
function mapOf(raw: Record<string, unknown>): StackMap {
  const line = dashboardOf(raw)?.environment.find((each) => each.startsWith("DASHBOARD_STACK="));
  return StackMap.parse(JSON.parse(line?.replace("DASHBOARD_STACK=", "") ?? ""));
}

describe("the map of a stack", () => {
  it("has all that a stack of the default size consists of", () => {
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

  it("has the topics of consumers that do not read all of them", () => {
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

  it("has the containers of groups, topics of other names, replicas, and Prometheus in no group", () => {
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
  ])("of %j has the coordinators that are no brokers", (raw, coordinators) => {
    expect(mapOf(raw).coordinators).toEqual(coordinators);
  });

  it("of a dashboard that reads some devices has those alone, as its topics do", () => {
    const raw = { devices: 3, consumers: [{ type: "lake" }, { type: "dashboard", devices: ["device-2"] }] };
    expect(mapOf(raw).devices).toEqual([{ name: "device-2" }]);
    expect(dashboardOf(raw)?.environment).toContain("CONSUMER_TOPICS=device-2");
  });
});

describe("what a dashboard is told", () => {
  /** Linux's MAX_ARG_STRLEN, the end included. */
  const maxBytes = 131_072;
  const longNames = (length: number, topicLength = 0) =>
    Array.from({ length: 1_000 }, (_, index) => ({
      name: `${"n".repeat(length - 4)}${1_000 + index}`,
      ...(topicLength > 0 && { topic: `${"t".repeat(topicLength - 4)}${1_000 + index}` }),
      sensors: 1,
    }));
  const longest = (raw: Record<string, unknown>) =>
    Math.max(...(dashboardOf(raw, "s".repeat(36))?.environment ?? []).map((line) => line.length + 1));

  it("fits a variable for 1,000 devices, also those with the longest names", () => {
    expect(longest({ devices: 1_000, brokers: 9 })).toBeLessThan(25_000);
    expect(longest({ devices: longNames(100), brokers: 9 })).toBeLessThan(maxBytes);
  });

  it("is refused where names and topics are too long for that", () => {
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
