import { describe, expect, it } from "vitest";
import { SensorSettings } from "../../../contract/models/sensor";
import { parseReplayTable, type ReplayTable } from "../../../contract/models/replay-table";
import { prepareSignals, signalsOf } from "./signals";

const start = Date.UTC(2026, 10, 23);
const context = {
  seed: "1",
  device: "device-1",
  replayTable: () => parseReplayTable(Buffer.from("v\n1.25\n-1.25\n"), {}) as ReplayTable,
};
const sensor = (settings: Record<string, unknown>) =>
  SensorSettings.parse({ name: "a", interval: 1000, ...settings });
const constant = (value: number, settings: Record<string, unknown> = {}) =>
  sensor({ model: { type: "constant", value }, ...settings });
const valueOf = (...sensors: SensorSettings[]) => signalsOf(sensors, context)[0]?.valueAt(start);

describe("the signal of a sensor", () => {
  it("is limited to its bounds, then rounded", () => {
    expect(valueOf(constant(5, { min: 6 }))).toBe(6);
    expect(valueOf(constant(5, { max: 4 }))).toBe(4);
    expect(valueOf(constant(5, { min: 4, max: 6 }))).toBe(5);
    expect(valueOf(constant(1.005, { precision: 1 }))).toBe(1);
    expect(valueOf(constant(123.456, { precision: 2 }))).toBe(123.46);
    expect(valueOf(constant(9, { max: 2.34, precision: 1 }))).toBe(2.3);
    expect(valueOf(constant(2.5, { precision: 0 }))).toBe(3);
    expect(Object.is(valueOf(constant(-0.2, { precision: 0 })), 0)).toBe(true);
    expect(valueOf(constant(1.5e300, { precision: 15 }))).toBe(1.5e300);
    expect(valueOf(constant(0.1 + 0.2))).toBe(0.1 + 0.2);
  });

  it("is always a JSON number: a result that is not finite becomes the minimum, or 0", () => {
    const derived = (expression: string, settings = {}) =>
      sensor({ model: { type: "derived", expression }, ...settings });
    expect(valueOf(derived("1 / 0"))).toBe(0);
    expect(valueOf(derived("sqrt(-1)"))).toBe(0);
    expect(valueOf(derived("-1 / 0", { min: -7, max: 9 }))).toBe(-7);
    expect(valueOf(derived("log(0 - 1)", { max: -5 }))).toBe(-5);
  });

  it("of a derived sensor uses the limited and rounded values of the others, in any order of the sensors", () => {
    const sensors = [
      sensor({ name: "sum", model: { type: "derived", expression: 'doubled + sensor("a-b")' } }),
      sensor({ name: "doubled", model: { type: "derived", expression: "2 * raw" }, max: 7 }),
      constant(3.7, { name: "raw", precision: 0 }),
      sensor({ name: "a-b", model: { type: "replay", file: "x.csv" }, precision: 1 }),
    ];
    expect(signalsOf(sensors, context).map((signal) => signal.valueAt(start))).toEqual([8.3, 7, 4, 1.3]);
    expect(signalsOf(sensors, context).map((signal) => signal.valueAt(start + 1000))).toEqual([
      5.8, 7, 4, -1.2,
    ]);
  });

  it("has the labels of its model", () => {
    const states = [
      { name: "off", value: 0, dwell: 60_000 },
      { name: "on", value: 1, dwell: 60_000 },
    ];
    const [first, second] = signalsOf(
      [sensor({ model: { type: "states", states }, max: 0.5 }), constant(1, { name: "b" })],
      context,
    );
    expect([first?.labelAt(start), second?.labelAt(start)]).toEqual(["off", undefined]);
  });
});

describe("the signals of a fleet", () => {
  const sensors = [
    sensor({ name: "a" }),
    sensor({ name: "b", model: { type: "walk" } }),
    sensor({ name: "c", model: { type: "gaussian" } }),
  ];
  const valuesOf = (device: string, seed: string, first = 0) =>
    prepareSignals(sensors, { ...context, seed })(device).map((signal) =>
      Array.from({ length: 50 }, (_, index) => signal.valueAt(start + (first + index) * 1000)),
    );

  it("are the same for the same seed, device, sensor and time, and differ if one of them differs", () => {
    const prepared = prepareSignals(sensors, context);
    prepared("device-2")[1]?.valueAt(start + 1234);
    const again = prepared("device-1").map((signal) =>
      Array.from({ length: 50 }, (_, index) => signal.valueAt(start + index * 1000)),
    );
    expect(again).toEqual(valuesOf("device-1", "1"));
    const all = [
      ...again,
      ...valuesOf("device-2", "1"),
      ...valuesOf("device-1", "2"),
      ...valuesOf("device-1", "1", 50),
    ];
    const seen = all.flat();
    expect(new Set(seen).size).toBe(seen.length);
  });

  it("are refused with the reasons for all expressions that cannot be evaluated", () => {
    const wrong = [
      sensor({ name: "x", model: { type: "derived", expression: "y" } }),
      sensor({ name: "y", model: { type: "derived", expression: "x" } }),
      sensor({ name: "z", model: { type: "derived", expression: "nothing" } }),
    ];
    expect(() => prepareSignals(wrong, context)).toThrow(
      'sensor "x": it depends on itself: x → y → x; give one of them a model that is not derived\n' +
        'sensor "z": there is no sensor "nothing"; the others are x, y',
    );
  });
});
