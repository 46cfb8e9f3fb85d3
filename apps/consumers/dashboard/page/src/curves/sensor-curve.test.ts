import { describe, expect, it } from "vitest";
import type { SensorFrame } from "../../../../../../contract/frames/frames";
import { laterThan, SensorCurve } from "./sensor-curve";

const frame = (points: SensorFrame["points"], label?: string): SensorFrame => {
  const [timeMs, value] = points.at(-1) ?? [0, 0];
  return { name: "s", unit: "°C", last: { timeMs, value, ...(label !== undefined && { label }) }, points };
};

describe("a sensor's curve", () => {
  it("takes points that are later than its latest", () => {
    const curve = new SensorCurve(
      "s",
      frame([
        [1_000, 1],
        [2_000, 2],
      ]),
    );
    curve.add({
      points: [
        [1_000, 9],
        [2_000, 9],
        [3_000, 3],
      ],
    });
    expect([curve.times, curve.values]).toEqual([
      [1_000, 2_000, 3_000],
      [1, 2, 3],
    ]);
    expect(curve.reading.value).toEqual({ timeMs: 3_000, value: 3 });
  });

  it("knows which points came while it was shown", () => {
    const curve = new SensorCurve("s", frame([[1_000, 1]]));
    expect(curve.freshMs).toBe(-Infinity);
    curve.add({ points: [[1_000, 1]] });
    expect(curve.freshMs).toBe(-Infinity);
    curve.add({ points: [[2_000, 1]] });
    expect(curve.freshMs).toBe(2_000);
    curve.load(
      frame([
        [2_000, 1],
        [3_000, 1],
      ]),
    );
    expect([curve.freshMs, curve.latestMs]).toEqual([2_000, 3_000]);
  });

  it("goes in steps once a value has a name", () => {
    const curve = new SensorCurve("s", frame([[1_000, 1]]));
    expect(curve.isStepped).toBe(false);
    curve.add({ points: [[2_000, 2]], label: "heating" });
    expect([curve.isStepped, curve.reading.value.label]).toEqual([true, "heating"]);
  });

  it("does not replace its value by an older one", () => {
    const curve = new SensorCurve("s", { ...frame([]), last: { timeMs: 5_000, value: 5 } });
    curve.add({ points: [[4_000, 4]] });
    expect(curve.reading.value).toEqual({ timeMs: 5_000, value: 5 });
  });

  it("keeps the latest 900 points, and drops older ones in lots", () => {
    const curve = new SensorCurve("s", frame([]));
    for (let index = 1; index <= 1_028; index++) curve.add({ points: [[index, index]] });
    expect(curve.times).toHaveLength(1_028);
    curve.add({ points: [[1_029, 1_029]] });
    expect([curve.times.length, curve.times[0], curve.values[0]]).toEqual([900, 130, 130]);
  });
});

it("laterThan finds none, some or all points", () => {
  const points = [
    [1, 1],
    [2, 2],
  ] as const;
  expect([laterThan(points, 0), laterThan(points, 1), laterThan(points, 2)]).toEqual([points, [[2, 2]], []]);
});
