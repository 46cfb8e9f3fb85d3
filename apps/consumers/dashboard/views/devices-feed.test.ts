import { beforeEach, describe, expect, it } from "vitest";
import { oddNames } from "../../../shared/testing/odd-names";
import { type DevicesFrame, maxNameLength, type PointsFrame } from "../../../../contract/frames/frames";
import { Catalog } from "../topics/catalog";
import { Rates } from "../topics/rates";
import { type DeviceSources, DevicesFeed, oneDevice, searchedDevices } from "./devices-feed";

/** Lines of a stream of events end with line feeds alone. */
const frames = <Frame>(text: string): Frame[] =>
  text.split("\n").flatMap((line) => (line.startsWith("data: ") ? [JSON.parse(line.slice(6)) as Frame] : []));

describe("the feed of devices", () => {
  let catalog: Catalog;
  let rates: Rates;
  const sources = (): DeviceSources => ({
    catalog,
    rates,
    conditionOf: (container: string) => (container === "" ? "unknown" : "healthy"),
  });
  const observe = (device: string, sensor: string, timeMs: number, value: number, label?: string) =>
    catalog.observe(
      "t",
      { device, sensor, boot: 1, seq: 1, timestamp: "", value, ...(label !== undefined && { label }) },
      timeMs,
    );
  const full = (feed: DevicesFeed) => frames<DevicesFrame>(feed.full())[0]!;
  const quick = (feed: DevicesFeed) => frames<PointsFrame>(feed.quick()).map(({ points }) => points);

  beforeEach(() => {
    catalog = new Catalog([
      { name: "meter", fleets: [{ name: "meter-fleet-1", first: 1, count: 100 }] },
      { name: "pump" },
    ]);
    rates = new Rates();
  });

  it("sends a page of devices, including silent ones", () => {
    const feed = new DevicesFeed(sources(), searchedDevices("", 4));
    const { devices, ...slice } = full(feed);
    expect(slice).toEqual({ search: "", page: 4, pageSize: 24, total: 101 });
    expect(devices.map(({ name }) => name)).toEqual([
      "meter-97",
      "meter-98",
      "meter-99",
      "meter-100",
      "pump",
    ]);
    expect(devices[4]).toEqual({
      name: "pump",
      topic: "pump",
      container: "pump",
      condition: "healthy",
      messagesPerSecond: 0,
      sensors: [],
      sensorCount: 0,
    });
    expect(full(new DevicesFeed(sources(), searchedDevices("METER-1", 0))).total).toBe(12);
  });

  it("sends the last page if there are fewer devices", () => {
    expect(full(new DevicesFeed(sources(), searchedDevices("", 99))).page).toBe(4);
    expect(full(new DevicesFeed(sources(), searchedDevices("nothing", 99)))).toMatchObject({
      page: 0,
      total: 0,
      devices: [],
    });
  });

  it("sends new points of shown devices, each once", () => {
    observe("pump", "s", 1_000, 1);
    const feed = new DevicesFeed(sources(), searchedDevices("pump", 0));
    expect(full(feed).devices[0]?.sensors).toEqual([
      { name: "s", last: { timeMs: 1_000, value: 1 }, points: [[1_000, 1]] },
    ]);
    expect(feed.quick()).toBe("");
    observe("pump", "s", 2_000, 2, "on");
    observe("pump", "s", 3_000, 3, "off");
    observe("meter-1", "s", 3_000, 3);
    expect(quick(feed)).toEqual([
      {
        pump: {
          s: {
            points: [
              [2_000, 2],
              [3_000, 3],
            ],
            label: "off",
          },
        },
      },
    ]);
    expect(feed.quick()).toBe("");
    expect(full(feed).devices[0]?.sensors[0]?.points).toHaveLength(3);
  });

  it("sends everything again after a sensor or device was added, and otherwise states", () => {
    const feed = new DevicesFeed(sources(), searchedDevices("pump", 0));
    observe("pump", "s", 1_000, 1);
    expect(feed.quick()).toBe("");
    expect(frames<DevicesFrame>(feed.slow())[0]?.devices[0]?.sensorCount).toBe(1);
    observe("pump", "s", 2_000, 1);
    expect(quick(feed)).toEqual([{ pump: { s: { points: [[2_000, 1]] } } }]);
    observe("meter-1", "s", 3_000, 3);
    rates.tick(0);
    rates.add(100, 7);
    rates.tick(1_000);
    expect(frames<PointsFrame>(feed.slow())).toEqual([
      {
        nowMs: expect.any(Number) as number,
        points: {},
        states: { pump: { condition: "healthy", messagesPerSecond: 7 } },
      },
    ]);
    observe("pump-2", "s", 3_000, 3);
    expect(
      frames<DevicesFrame>(feed.slow())[0]?.devices.map(({ name, condition }) => [name, condition]),
    ).toEqual([
      ["pump", "healthy"],
      ["pump-2", "unknown"],
    ]);
  });

  it("sends the first few sensors and latest points of many devices, and all of one", () => {
    for (let sensor = 0; sensor < 10; sensor++)
      for (let second = 1; second <= 200; second++) observe("pump", `s${sensor}`, second * 1_000, second);
    const [many] = full(new DevicesFeed(sources(), searchedDevices("pump", 0))).devices;
    expect([many?.sensors.length, many?.sensorCount, many?.sensors[0]?.points.length]).toEqual([6, 10, 120]);
    expect(many?.sensors[0]?.points[0]).toEqual([81_000, 81]);
    const [one] = full(new DevicesFeed(sources(), oneDevice("pump"))).devices;
    expect([one?.sensors.length, one?.sensors[0]?.points.length]).toEqual([10, 200]);
    expect(full(new DevicesFeed(sources(), oneDevice("nobody")))).toMatchObject({ total: 0, devices: [] });
  });

  it("keeps names unchanged", () => {
    const name = "<img src=x onerror=alert(1)>";
    observe(name, "__proto__", 1_000, 1);
    const feed = new DevicesFeed(sources(), searchedDevices("<IMG", 0));
    expect(full(feed).devices[0]).toMatchObject({ name, container: "", condition: "unknown" });
    observe(name, "__proto__", 2_000, 2);
    expect(feed.quick()).toContain('"__proto__":{"points":[[2000,2]]}');
  });

  it("tells odd names apart, and keeps events in their lines", () => {
    const names = oddNames.filter((name) => name.length <= maxNameLength);
    for (const name of names) observe(name, name, 1_000, 1);
    for (const name of names)
      expect(full(new DevicesFeed(sources(), oneDevice(name))).devices).toMatchObject([
        { name, sensors: [{ name, points: [[1_000, 1]] }] },
      ]);
    const all = new DevicesFeed(sources(), { ...searchedDevices("", 0), pageSize: 1_000 });
    for (const name of names) observe(name, name, 2_000, 2);
    const events = all.quick();
    expect(events.split("\n")).toHaveLength(4);
    const [points = {}] = frames<PointsFrame>(events).map((frame) => frame.points);
    for (const name of names) {
      expect(Object.hasOwn(points, name)).toBe(true);
      expect(Object.entries(points).find(([device]) => device === name)?.[1]).toEqual(
        Object.fromEntries([[name, { points: [[2_000, 2]] }]]),
      );
    }
  });
});
