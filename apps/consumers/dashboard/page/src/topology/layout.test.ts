import { describe, expect, it } from "vitest";
import {
  brokerFrame,
  consumerFrame,
  deviceContainers,
  healthyOverview,
  nodeFrame,
} from "../testing/overview";
import { dotSpeed, layOut, type PlacedNode } from "./layout";
import { topologyParts } from "./nodes";

const large = topologyParts(
  {
    ...healthyOverview,
    brokers: Array.from({ length: 9 }, (_, index) =>
      brokerFrame(index + 1, index === 1 ? "unreachable" : "healthy"),
    ),
    coordinators: [1, 2, 3].map((number) => nodeFrame(`zookeeper-${number}`)),
    deviceContainers: deviceContainers(100),
    consumers: [
      consumerFrame("console", "console"),
      consumerFrame("lake", "lake"),
      consumerFrame("lake-2", "lake"),
    ],
  },
  6,
);
const none = topologyParts({ ...healthyOverview, deviceContainers: deviceContainers(0), consumers: [] }, 6);

const overlap = (one: PlacedNode, other: PlacedNode) =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

describe.each([320, 600, 719, 720, 900, 1_400])("a picture %d pixels wide", (width) => {
  const layout = layOut(large, width);

  it("places every node, and none over another", () => {
    expect(layout.nodes).toHaveLength(7 + 9 + 3 + 3 + 1);
    for (const node of layout.nodes) {
      expect(node.x).toBeGreaterThanOrEqual(0);
      expect(node.y).toBeGreaterThanOrEqual(0);
      expect(node.x + node.width).toBeLessThanOrEqual(width);
      expect(node.y + node.height).toBeLessThanOrEqual(layout.height);
    }
    const overlapping = layout.nodes.flatMap((one, index) =>
      layout.nodes.slice(index + 1).filter((other) => overlap(one, other)),
    );
    expect(overlapping).toEqual([]);
  });

  it("shows the rate at each junction", () =>
    expect(layout.junctions.map(({ id, perSecond }) => [id, perSecond])).toEqual([
      ["published", 9],
      ["read", 27],
      ["rows", 0],
    ]));
});

describe("ways", () => {
  const { edges } = layOut(large, 1_400);

  it("lead from each node to a junction, and from there to others", () => {
    expect(edges.filter(({ id }) => id.startsWith("device"))).toHaveLength(6);
    expect(edges.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        "rest of devices → published",
        "published → broker broker-9",
        "consumer lake-2 → rows",
        "rows → table",
      ]),
    );
    expect(edges.some(({ id }) => id === "consumer console → rows")).toBe(false);
  });

  it("to unreachable nodes are broken", () =>
    expect(edges.filter(({ isBroken }) => isBroken).map(({ id }) => id)).toEqual([
      "published → broker broker-2",
      "broker broker-2 → read",
    ]));

  it("are omitted where one end does not exist", () =>
    expect(layOut(none, 1_400).junctions.map(({ id }) => id)).toEqual(["published"]));
});

it("dots go faster the more goes through, within what eyes can follow", () => {
  const speeds = [0, 1, 10, 1_000, 100_000].map(dotSpeed);
  expect(speeds[0]).toBe(0);
  expect([...speeds].sort((one, other) => one - other)).toEqual(speeds);
  expect(new Set(speeds).size).toBe(5);
  expect(dotSpeed(1e9)).toBeLessThan(250);
});
