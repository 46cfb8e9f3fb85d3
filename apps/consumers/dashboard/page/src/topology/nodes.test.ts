import { describe, expect, it } from "vitest";
import { brokerFrame, consumerFrame, deviceContainers, healthyOverview } from "../testing/overview";
import { topologyParts } from "./nodes";

const titles = (nodes: readonly { readonly title: string; readonly detail: string }[]) =>
  nodes.map(({ title, detail }) => `${title}: ${detail}`);
const lake = {
  version: 7,
  rows: 12_345,
  files: 1,
  bytes: 1,
  deadLetters: 0,
  committedMs: -4_000,
  rowsPerSecond: 9,
  freshnessMs: null,
};

describe("the parts of the picture", () => {
  it("include every node of a small stack", () => {
    const parts = topologyParts({ ...healthyOverview, lake }, 6);
    expect(titles(parts.devices)).toEqual(["device-1: 3/s", "device-2: 3/s", "device-3: 3/s"]);
    expect(titles(parts.brokers)).toEqual(["broker-1: 3/s · leads 1"]);
    expect(titles(parts.quorum)).toEqual(["zookeeper-1: "]);
    expect(titles(parts.consumers)).toEqual(["console: 9/s · lag 4", "lake: 9/s · lag 4"]);
    expect(titles(parts.table)).toEqual(["Delta table: 12.3k rows · 4 s ago"]);
    expect([...parts.writers]).toEqual(["consumer lake"]);
    expect(parts.rates).toEqual({ published: 9, read: 18, rows: 9 });
  });

  it("show the problem instead of the rate", () => {
    const unhealthy = { ...consumerFrame("lake", "lake", "sick"), reason: "no commit for 45 s" };
    const parts = topologyParts(
      { ...healthyOverview, brokers: [brokerFrame(1, "unreachable")], consumers: [unhealthy] },
      6,
    );
    expect(titles(parts.brokers)).toEqual(["broker-1: unreachable"]);
    expect(titles(parts.consumers)).toEqual(["lake: no commit for 45 s"]);
    expect(parts.brokers[0]?.description).toBe("broker-1, cannot be reached, 3/s · leads 1");
  });

  it("list the first few of many, unhealthy ones first, and count the rest", () => {
    const conditions = { 90: "unreachable", 91: "sick", 92: "sick" } as const;
    const overview = {
      ...healthyOverview,
      deviceContainers: deviceContainers(100, conditions),
      totals: { ...healthyOverview.totals, messagesPerSecond: 300 },
      consumers: [
        ...Array.from({ length: 9 }, (_, index) => consumerFrame(`console-${index + 1}`, "console")),
        consumerFrame("lake", "lake", "unreachable"),
      ],
    };
    const parts = topologyParts(overview, 2);
    expect(titles(parts.devices)).toEqual([
      "device-90: unreachable",
      "device-91: unhealthy",
      "98 more: 294/s · 1 unhealthy",
    ]);
    expect(parts.devices[2]).toMatchObject({ condition: "sick", link: "#/devices", kind: "rest" });
    expect(titles(parts.consumers)).toEqual(["lake: unreachable", "console-1: 9/s · lag 4", "8 more: 72/s"]);
  });

  it("are drawn one by one if only one would be left", () => {
    const { devices } = topologyParts({ ...healthyOverview, deviceContainers: deviceContainers(3) }, 2);
    expect(devices.map(({ title }) => title)).toEqual(["device-1", "device-2", "device-3"]);
  });

  it("say that a stack is empty, and omit a table that no lake writes", () => {
    const parts = topologyParts(
      { ...healthyOverview, deviceContainers: deviceContainers(0), consumers: [] },
      6,
    );
    expect(titles(parts.devices)).toEqual(["No devices: "]);
    expect(parts.table).toEqual([]);
    expect(titles(topologyParts(healthyOverview, 6).table)).toEqual(["Delta table: no table yet"]);
  });
});
