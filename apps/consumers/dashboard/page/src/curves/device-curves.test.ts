import { beforeEach, describe, expect, it, vi } from "vitest";
import type { DeviceFrame, DevicesFrame, PointsFrame } from "../../../../../../contract/frames/frames";
import { CurveStore } from "./device-curves";

const device = (name: string, newestMs?: number): DeviceFrame => ({
  name,
  topic: name,
  container: name,
  condition: "healthy",
  messagesPerSecond: 1,
  sensorCount: 1,
  sensors:
    newestMs === undefined
      ? []
      : [{ name: "s", last: { timeMs: newestMs, value: 1 }, points: [[newestMs, 1]] }],
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

  it("stay the same objects when their frame comes again, and go with their device", () => {
    store.load(devices(device("a", 1_000), device("b")), 1_000);
    const curve = store.get("a")?.sensors.get("s");
    store.load(devices(device("a", 2_000)), 2_000);
    expect(store.get("a")?.sensors.get("s")).toBe(curve);
    expect(curve?.times).toEqual([2_000]);
    expect(store.get("b")).toBeUndefined();
    expect(redraw).toHaveBeenCalledTimes(2);
  });

  it("take new points of what is shown, and nothing else", () => {
    store.load(devices(device("a", 1_000)), 1_000);
    store.add(points("a", 2_000));
    store.add(points("elsewhere", 2_000));
    expect(store.get("a")?.sensors.get("s")?.times).toEqual([1_000, 2_000]);
    expect([...(store.get("a")?.sensors.keys() ?? [])]).toEqual(["s"]);
    expect(redraw).toHaveBeenCalledTimes(3);
  });

  it("tell how their device does", () => {
    store.load(devices(device("a", 1_000)), 1_000);
    const states = { a: { condition: "unreachable", messagesPerSecond: 0 }, other: device("other") } as const;
    store.add({ nowMs: 2_000, points: {}, states });
    expect(store.get("a")?.state.value).toEqual({ condition: "unreachable", messagesPerSecond: 0 });
  });

  it("end now as long as the device was live when its last point came", () => {
    store.load(devices(device("a", 100_000)), 100_000);
    expect(store.get("a")?.window(500_000, false).toMs).toBe(500_000);
    store.load(devices(device("a", 100_000)), 500_000);
    expect(store.get("a")?.window(500_000, false).toMs).toBe(100_000);
  });
});
