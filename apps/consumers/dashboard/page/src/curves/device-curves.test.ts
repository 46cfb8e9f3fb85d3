import { beforeEach, describe, expect, it, vi } from "vitest";
import type { DeviceFrame, DevicesFrame, PointsFrame } from "../../../../../../contract/frames/frames";
import { CurveStore, isLive, timeWindow } from "./device-curves";

const device = (name: string, latestMs?: number): DeviceFrame => ({
  name,
  topic: name,
  container: name,
  condition: "healthy",
  messagesPerSecond: 1,
  sensorCount: 1,
  sensors:
    latestMs === undefined
      ? []
      : [{ name: "s", last: { timeMs: latestMs, value: 1 }, points: [[latestMs, 1]] }],
});
const devices = (...frames: readonly DeviceFrame[]): DevicesFrame => ({
  search: "",
  page: 0,
  total: frames.length,
  pageSize: 24,
  devices: frames,
});
const points = (name: string, timeMs: number): PointsFrame => ({
  nowMs: timeMs,
  points: { [name]: { s: { points: [[timeMs, 2]] }, unknown: { points: [[timeMs, 3]] } } },
});

describe("curves of devices", () => {
  const redraw = vi.fn();
  let store: CurveStore;
  beforeEach(() => {
    redraw.mockClear();
    store = new CurveStore(redraw);
  });

  it("stay the same objects when their frame comes again, and are dropped with their device", () => {
    store.load(devices(device("a", 1_000), device("b")), 1_000);
    const curve = store.get("a")?.sensors.get("s");
    store.load(devices(device("a", 2_000)), 2_000);
    expect(store.get("a")?.sensors.get("s")).toBe(curve);
    expect(curve?.times).toEqual([2_000]);
    expect(store.get("b")).toBeUndefined();
    expect(redraw).toHaveBeenCalledTimes(2);
  });

  it("take new points of shown sensors only", () => {
    store.load(devices(device("a", 1_000)), 1_000);
    store.add(points("a", 2_000));
    store.add(points("elsewhere", 2_000));
    expect(store.get("a")?.sensors.get("s")?.times).toEqual([1_000, 2_000]);
    expect([...(store.get("a")?.sensors.keys() ?? [])]).toEqual(["s"]);
    expect(redraw).toHaveBeenCalledTimes(3);
  });

  it("have the state of their device", () => {
    store.load(devices(device("a", 1_000)), 1_000);
    const states = { a: { condition: "unreachable", messagesPerSecond: 0 }, other: device("other") } as const;
    store.add({ nowMs: 2_000, points: {}, states });
    expect(store.get("a")?.state.value).toEqual({ condition: "unreachable", messagesPerSecond: 0 });
  });

  it("end now if the device was live when its last point came", () => {
    store.load(devices(device("a", 100_000)), 100_000);
    expect(store.get("a")?.window(500_000, false).toMs).toBe(500_000);
    store.load(devices(device("a", 100_000)), 500_000);
    expect(store.get("a")?.window(500_000, false).toMs).toBe(100_000);
  });
});

/** Times of points at equal distances, up to an end. */
const every = (stepMs: number, count: number, endMs: number) =>
  Array.from({ length: count }, (_, index) => endMs - (count - 1 - index) * stepMs);

describe("the time span of curves", () => {
  it("is two minutes for sensors that observe each second, and ends now", () =>
    expect(timeWindow([every(1_000, 120, 999_500)], true, 1_000_000)).toEqual({
      fromMs: 880_000,
      toMs: 1_000_000,
    }));

  it("keeps its length while the latest point gets older", () => {
    const points = every(1_000, 900, 1_000_000);
    const lengths = [0, 400, 999, 1_400].map((ageMs) => {
      const { fromMs, toMs } = timeWindow([points], true, 1_000_000 + ageMs);
      return toMs - fromMs;
    });
    expect(lengths).toEqual([120_000, 120_000, 120_000, 120_000]);
  });

  it("is long enough for the slowest sensor to have a curve", () =>
    expect(timeWindow([every(1_000, 120, 1e9), every(60_000, 40, 1e9)], true, 1e9)).toEqual({
      fromMs: 1e9 - 600_000,
      toMs: 1e9,
    }));

  it("includes all points on request", () =>
    expect(timeWindow([every(1_000, 900, 1e9), every(5_000, 200, 1e9)], true, 1e9, true)).toEqual({
      fromMs: 1e9 - 995_000,
      toMs: 1e9,
    }));

  it("ends with the latest point of a device that is not live", () =>
    expect(timeWindow([every(1_000, 120, 5_000_000), []], false, 1e9)).toEqual({
      fromMs: 4_880_000,
      toMs: 5_000_000,
    }));

  it("is some seconds for one point or none", () => {
    expect(timeWindow([], false, 1e9)).toEqual({ fromMs: 1e9 - 10_000, toMs: 1e9 });
    expect(timeWindow([[1e9]], true, 1e9)).toEqual({ fromMs: 1e9 - 10_000, toMs: 1e9 });
    expect(timeWindow([[1e9]], true, 1e9, true)).toEqual({ fromMs: 1e9 - 10_000, toMs: 1e9 });
  });

  it("grows by days beyond its longest length", () =>
    expect(timeWindow([every(86_400_000, 10, 1e12)], false, 1e12).fromMs).toBe(1e12 - 9 * 86_400_000));
});

it.each([
  [0, true],
  [10_000, true],
  [10_001, false],
  [-10_001, false],
])("what was observed %d ms ago is live: %s", (ageMs, live) => expect(isLive(1e9 - ageMs, 1e9)).toBe(live));
