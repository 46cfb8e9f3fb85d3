import { describe, expect, it } from "vitest";
import type { OverviewFrame } from "../../../../../../contract/frames/frames";
import {
  brokerFrame,
  consumerFrame,
  deviceContainers,
  healthyOverview,
  nodeFrame,
} from "../testing/overview";
import { alarmsOf } from "./alarms";

const noon = new Date(2026, 10, 23, 12, 0, 3).getTime();
const alarms = (overview: Partial<OverviewFrame>) =>
  alarmsOf({
    connection: "open",
    frames: { overview: { ...healthyOverview, nowMs: noon + 60_000, ...overview } },
  });
const texts = (overview: Partial<OverviewFrame>) => alarms(overview).map(({ text }) => text);
const since = <Frame extends { sinceMs: number }>(frame: Frame) => ({ ...frame, sinceMs: noon });

describe("alarms", () => {
  it("are empty for a healthy stack and before the first checks", () => {
    expect(alarms({})).toEqual([]);
    expect(alarms({ brokers: [brokerFrame(1, "unknown")], consumers: [] })).toEqual([]);
    expect(alarmsOf({ connection: "connecting", frames: {} })).toEqual([]);
  });

  it("name a broker and the time since when", () =>
    expect(alarms({ brokers: [brokerFrame(1), since(brokerFrame(2, "unreachable"))] })).toEqual([
      {
        id: "node broker-2",
        level: "bad",
        text: "broker-2 cannot be reached since 12:00:03",
        link: "#/topics",
      },
    ]));

  it("name Kafka instead of its brokers if none answers", () => {
    const brokers = [since(brokerFrame(1, "unreachable")), brokerFrame(2, "unreachable")];
    expect(texts({ brokers })).toEqual(["Kafka cannot be reached since 12:00:03"]);
    expect(texts({ brokers: brokers.slice(0, 1) })).toEqual([
      "Kafka cannot be reached: broker-1 cannot be reached since 12:00:03",
    ]);
  });

  it("give the reason of unhealthy parts, after worse alarms", () =>
    expect(
      texts({
        coordinators: [since(nodeFrame("zookeeper-1", "unreachable"))],
        consumers: [since({ ...consumerFrame("lake", "lake", "sick"), reason: "no commit for 45 s" })],
      }),
    ).toEqual([
      "zookeeper-1 cannot be reached since 12:00:03",
      "lake is unhealthy since 12:00:03: no commit for 45 s",
    ]));

  it("name a few devices, and count many", () => {
    const few = deviceContainers(10, { 2: "unreachable", 5: "sick" });
    expect(texts({ deviceContainers: { ...few, shown: few.shown.map(since) } })).toEqual([
      "device-2 cannot be reached since 12:00:03",
      "device-5 is unhealthy since 12:00:03",
    ]);
    const three = { 1: "unreachable", 2: "unreachable", 3: "unreachable" } as const;
    expect(alarms({ deviceContainers: deviceContainers(10, three) }).map(({ id }) => id)).toEqual([
      "node device-1",
      "node device-2",
      "node device-3",
    ]);
    const many = { 1: "unreachable", 2: "unreachable", 3: "unreachable", 4: "sick" } as const;
    expect(texts({ deviceContainers: deviceContainers(10, many) })).toEqual([
      "3 containers of devices cannot be reached",
      "1 container of devices is unhealthy",
    ]);
  });

  it("report partitions and gaps", () => {
    const totals = { ...healthyOverview.totals, leaderless: 1, underReplicated: 2 };
    const conservation = { ...healthyOverview.conservation, missing: 1, repeated: 2 };
    expect(texts({ totals, conservation })).toEqual([
      "1 partition has no leader",
      "1 message is missing, 2 messages are repeated",
      "2 partitions have replicas out of sync",
    ]);
  });

  it("give the first reason why nothing is proved", () => {
    const lake = { what: "lake has not read device-1/0", sinceMs: noon, reason: "the volume is full" };
    const conservation = { ...healthyOverview.conservation, unproved: [lake] };
    expect(alarms({ conservation })).toEqual([
      {
        id: "unproved",
        level: "bad",
        text: "Not proved: lake has not read device-1/0 since 12:00:03",
        link: "#/conservation",
      },
    ]);
    const two = { ...conservation, unproved: [{ what: "device-2/0 has no leader" }, lake] };
    expect(texts({ conservation: two })).toEqual(["Not proved: device-2/0 has no leader, and 1 more reason"]);
  });

  it("report first that the server is gone, and the age of the picture", () => {
    expect(alarmsOf({ connection: "lost", frames: {} }).map(({ text }) => text)).toEqual([
      "The dashboard's server does not answer. Trying again",
    ]);
    const nowMs = Date.now();
    const overview = { ...healthyOverview, nowMs, brokers: [brokerFrame(1), brokerFrame(2, "unreachable")] };
    expect(alarmsOf({ connection: "lost", frames: { overview } }).map(({ id }) => id)).toEqual([
      "server",
      "node broker-2",
    ]);
  });
});
