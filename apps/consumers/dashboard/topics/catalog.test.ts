import { describe, expect, it } from "vitest";
import type { Observation } from "../../../../contract/messages/observation";
import { Catalog, Curve } from "./catalog";

const observation = (
  device: string,
  sensor: string,
  value = 1,
  more: Partial<Observation> = {},
): Observation => ({
  device,
  sensor,
  boot: 1,
  seq: 0,
  timestamp: "2026-11-23T00:00:00.000Z",
  value,
  ...more,
});

const names = (devices: readonly { readonly name: string }[]) => devices.map(({ name }) => name);

describe("the catalog of devices", () => {
  it("lists the devices of the plan, groups by their members, in natural order", () => {
    const catalog = new Catalog([
      { name: "pump", topic: "pumps" },
      {
        name: "meter",
        fleets: [
          { name: "meter-fleet-1", first: 1, count: 2 },
          { name: "meter-fleet-2", first: 3, count: 9 },
        ],
      },
    ]);
    expect(catalog.plannedCount).toBe(12);
    expect(names(catalog.devices)).toEqual(
      [..."123456789".split(""), "10", "11"].map((n) => `meter-${n}`).concat("pump"),
    );
    expect(catalog.get("meter-3")).toMatchObject({ topic: "meter", container: "meter-fleet-2" });
    expect(catalog.get("pump")).toMatchObject({ topic: "pumps", container: "pump" });
  });

  it("finds devices by parts of their names in upper or lower case, also devices that came later", () => {
    const catalog = new Catalog([{ name: "Boiler-1" }, { name: "pump" }]);
    expect(names(catalog.search("BOIL"))).toEqual(["Boiler-1"]);
    catalog.observe("t", observation("boiler-2", "s"), 1);
    expect(names(catalog.search("BOIL"))).toEqual(["Boiler-1", "boiler-2"]);
    expect(names(catalog.search("x"))).toEqual([]);
    expect(names(catalog.search(""))).toEqual(["Boiler-1", "boiler-2", "pump"]);
  });

  it("keeps the points of sensors, in the order of their first messages", () => {
    const catalog = new Catalog([{ name: "pump" }]);
    const before = catalog.revision;
    catalog.observe("pump", observation("pump", "z", 5, { unit: "bar" }), 1_000);
    catalog.observe("pump", observation("pump", "a", 0, { label: "off" }), 1_000);
    expect(catalog.revision).toBe(before + 2);
    catalog.observe("pump", observation("pump", "z", 6, { unit: "bar" }), 2_000);
    catalog.observe("pump", observation("pump", "z", 7, { unit: "bar" }), 1_500);
    expect(catalog.revision).toBe(before + 2);
    expect(catalog.sensorCount).toBe(2);
    const [z, a] = [...(catalog.get("pump")?.sensors.values() ?? [])];
    expect(z).toMatchObject({ name: "z", unit: "bar", last: { timeMs: 2_000, value: 6 } });
    expect(z?.curve.latest(9)).toEqual([
      [1_000, 5],
      [2_000, 6],
    ]);
    expect(a).toMatchObject({ name: "a", last: { timeMs: 1_000, value: 0, label: "off" } });
  });

  it("shortens or ignores names, labels and units that are too long", () => {
    const catalog = new Catalog([{ name: "pump" }]);
    const long = "n".repeat(100_000);
    expect(catalog.observe("t", observation(long, "s"), 1)).toBeUndefined();
    catalog.observe("t", observation("pump", long), 1);
    catalog.observe("t", observation("pump", "s", 1, { label: long, unit: long }), 1);
    expect(names(catalog.devices)).toEqual(["pump"]);
    const [sensor, ...others] = [...(catalog.get("pump")?.sensors.values() ?? [])];
    expect([sensor?.name, sensor?.unit?.length, sensor?.last.label?.length, others]).toEqual([
      "s",
      200,
      200,
      [],
    ]);
  });

  it("adds a limited number of devices that no plan knows", () => {
    const catalog = new Catalog([{ name: "pump" }]);
    for (let at = 0; at < 2_000; at++) catalog.observe("t", observation(`stranger-${at}`, "s"), 1);
    expect(catalog.devices).toHaveLength(1_001);
    expect(catalog.get("stranger-7")).toMatchObject({ container: "", topic: "t" });
    expect(catalog.observe("t", observation("stranger-5000", "s"), 1)).toBeUndefined();
    for (let at = 0; at < 2_000; at++) catalog.observe("t", observation("pump", `s${at}`), 1);
    expect(catalog.get("pump")?.sensors.size).toBe(1_000);
    expect(catalog.plannedCount).toBe(1);
  });
});

const filled = (count: number, capacity: number) => {
  const curve = new Curve();
  for (let at = 1; at <= count; at++) curve.add(at * 1_000, at / 2, capacity);
  return curve;
};
const point = (at: number) => [at * 1_000, at / 2];

describe("a curve", () => {
  it("is empty at first", () => {
    expect(new Curve().latest(10)).toEqual([]);
    expect(new Curve().mark).toBe(0);
  });

  it.each([1, 15, 16, 17, 40, 41, 100])("keeps the latest of %d points", (count) => {
    const expected = Array.from({ length: Math.min(40, count) }, (_, index) =>
      point(count - index),
    ).reverse();
    expect(filled(count, 40).latest(1_000)).toEqual(expected);
    expect(filled(count, 40).latest(3)).toEqual(expected.slice(-3));
  });

  it("gives the points after a mark, as far as they are kept", () => {
    const curve = filled(10, 20);
    const { mark } = curve;
    expect(curve.since(mark)).toEqual([]);
    curve.add(11_000, 5.5, 20);
    curve.add(12_000, 6, 20);
    expect(curve.since(mark)).toEqual([point(11), point(12)]);
    for (let at = 13; at <= 40; at++) curve.add(at * 1_000, at / 2, 20);
    expect(curve.since(mark)).toEqual(Array.from({ length: 20 }, (_, index) => point(21 + index)));
  });

  it("leaves out points that are not later than the latest", () => {
    const curve = filled(3, 20);
    curve.add(3_000, 99, 20);
    curve.add(2_500, 99, 20);
    expect(curve.latest(9)).toEqual([point(1), point(2), point(3)]);
  });

  it("keeps its points, in order, when its capacity shrinks", () => {
    const curve = filled(40, 40);
    curve.add(41_000, 20.5, 16);
    expect(curve.latest(100)).toEqual(Array.from({ length: 40 }, (_, index) => point(2 + index)));
  });
});
