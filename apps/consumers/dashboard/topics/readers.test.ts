import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type FollowedBatch,
  type Follower,
  type FollowOptions,
  type PartitionToFollow,
} from "../../../shared/kafka";
import type { PartitionEvent } from "../reconciliation/events";
import { Catalog } from "./catalog";
import { Latencies, Rates } from "./rates";
import { Readers } from "./readers";

/** A follower that the test controls. */
class FakeFollower implements Follower {
  readonly ended = Promise.withResolvers<"aborted" | "ended">();
  readonly done = this.ended.promise;
  constructor(readonly options: FollowOptions) {}
  position = () => undefined;
  positions = () => [];

  /** Finds a partition as a follower does. @returns the offsets where reading begins and ends */
  find(topic: string, earliest: number, latest: number, isNew = false): [number, number | undefined] {
    const partition: PartitionToFollow = { topic, partition: 0, earliest, latest, isNew };
    return [this.options.begin(partition), this.options.end?.(partition)];
  }

  read(topic: string, ...offsets: readonly number[]): void {
    const messages = offsets.map((offset) => ({
      offset: String(offset),
      timestamp: "1795392001000",
      key: null,
      value: Buffer.from(
        JSON.stringify({
          device: "d",
          sensor: "s",
          boot: 1,
          seq: offset,
          timestamp: "2026-11-23T00:00:01.000Z",
          value: offset,
        }),
      ),
      attributes: 0,
      headers: {},
    }));
    const [from = 0, last = 0] = [offsets[0], offsets.at(-1)];
    const batch: FollowedBatch = {
      topic,
      partition: 0,
      from,
      next: last + 1,
      messages,
      highWatermark: 1_000_000,
      logStart: 0,
    };
    void this.options.onBatch(batch);
  }
}

function shown(event: PartitionEvent): string {
  switch (event.type) {
    case "partition opened":
      return `begins ${event.earliest} ${event.liveFrom}`;
    case "message":
      return String(event.offset);
    case "progress":
      return `next ${event.next}`;
    case "past read":
      return "past done";
    case "removed":
      return `skipped ${event.from} ${event.to}`;
    case "unreadable":
      return `unreadable ${event.from} ${event.to}`;
    case "partition reset":
      return "reset";
  }
}

describe("the readers of the topics", () => {
  let followers: FakeFollower[];
  let events: string[];
  let stop: AbortController;
  let catalog: Catalog;
  let rates: Rates;
  let unreadable: () => readonly string[];

  const begin = (topics: readonly string[]) => {
    const readers = new Readers({
      topics,
      follow: (options) => {
        followers.push(new FakeFollower(options));
        return followers.at(-1)!;
      },
      live: { catalog, deviceRates: rates, latencies: new Latencies() },
      now: () => 1_795_392_001_250,
      apply: (event) => events.push(`${event.topic} ${shown(event)}`),
      onUnreadable: (topic, partition, first, last, problem) =>
        events.push(`${topic}/${partition} ${first}-${last}: ${problem}`),
      signal: stop.signal,
    });
    void readers.run();
    unreadable = () =>
      readers.unreadable.map(({ topic, from, to, reason }) => `${topic} ${from}-${to}: ${reason}`);
    return followers[0]!;
  };
  const past = async () => {
    await vi.advanceTimersByTimeAsync(2_000);
    return followers.at(-1)!;
  };
  const drain = () => events.splice(0);

  beforeEach(() => {
    vi.useFakeTimers();
    [followers, events, stop, catalog, rates] = [
      [],
      [],
      new AbortController(),
      new Catalog([{ name: "d" }]),
      new Rates(),
    ];
  });
  afterEach(() => {
    stop.abort();
    vi.useRealTimers();
  });

  it("read short topics live alone", async () => {
    const live = begin(["a"]);
    expect(live.find("a", 5, 10)).toEqual([5, undefined]);
    live.read("a", 5, 6);
    expect(drain()).toEqual(["a begins 5 5", "a past done", "a 5", "a 6", "a next 7"]);
    expect(await past()).toBe(live);
  });

  it("read a long past from its beginning up to where the live reader began", async () => {
    const live = begin(["a", "b"]);
    expect(live.find("a", 5, 500_000)).toEqual([350_000, undefined]);
    expect(drain()).toEqual(["a begins 5 350000"]);
    const reader = await past();
    expect(reader.options).toMatchObject({ topics: ["a"], busyShare: 0.25 });
    expect(reader.find("a", 7, 500_100)).toEqual([7, 350_000]);
    reader.options.onSkipped?.("a", 0, 5, 7, "retention");
    reader.read("a", 7, 8);
    live.read("a", 350_000);
    reader.read("a", 349_999);
    expect(drain()).toEqual([
      "a skipped 5 7",
      "a 7",
      "a 8",
      "a 350000",
      "a next 350001",
      "a 349999",
      "a past done",
    ]);
    reader.ended.resolve("ended");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(drain()).toEqual([]);
    expect(followers).toHaveLength(2);
  });

  it("keep unreadable offsets, each once, but no offsets that retention has removed", async () => {
    const live = begin(["a"]);
    live.find("a", 5, 500_000);
    const reader = await past();
    reader.find("a", 7, 500_100);
    reader.options.onSkipped?.("a", 0, 5, 7, "retention");
    reader.options.onUnreadable?.("a", 0, 8, 9, "its checksum is wrong");
    reader.options.onUnreadable?.("a", 0, 8, 9, "its checksum is wrong");
    live.options.onUnreadable?.("a", 0, 400_000, 400_010, "its codec is unknown");
    expect(unreadable()).toEqual(["a 8-9: its checksum is wrong", "a 400000-400010: its codec is unknown"]);
    live.options.onReset?.("a", 0);
    expect(unreadable()).toEqual([]);
  });

  it("forget none of very many unreadable offsets", () => {
    const live = begin(["a"]);
    live.find("a", 0, 500_000);
    for (let from = 400_000; from < 402_400; from += 2)
      live.options.onUnreadable?.("a", 0, from, from + 1, "why");
    expect(unreadable()).toHaveLength(1_000);
    expect(unreadable().at(-1)).toBe("a 401998-402399: why");
  });

  it("report each unreadable message once, of the past and live", async () => {
    const live = begin(["a", "b"]);
    live.find("a", 0, 500_000);
    drain();
    live.options.onUnreadable?.("a", 0, 350_000, 350_010, "why");
    const reader = await past();
    reader.find("a", 0, 500_000);
    reader.options.onUnreadable?.("a", 0, 10, 20, "why");
    reader.options.onUnreadable?.("a", 0, 349_990, 350_010, "why");
    reader.options.onUnreadable?.("a", 0, 349_990, 350_010, "why");
    expect(drain()).toEqual([
      "a unreadable 350000 350010",
      "a/0 350000-350009: why",
      "a unreadable 10 20",
      "a/0 10-19: why",
      "a unreadable 349990 350000",
      "a/0 349990-349999: why",
      "a past done",
    ]);
  });

  it("read the past of partitions that were found later", async () => {
    const live = begin(["a", "b"]);
    live.find("a", 0, 500_000);
    const first = await past();
    expect(first.find("a", 0, 500_000)).toEqual([0, 350_000]);
    live.find("b", 0, 150_001);
    first.ended.resolve("ended");
    expect(await past()).not.toBe(first);
    expect(followers.at(-1)?.options.topics).toEqual(["b"]);
    expect(followers.at(-1)?.find("b", 0, 900_000)).toEqual([0, 1]);
    expect(drain()).toEqual(["a begins 0 350000", "b begins 0 1", "a past done"]);
  });

  it("treat a new partition as live", async () => {
    const live = begin(["a"]);
    expect(live.find("a", 3, 900_000, true)).toEqual([3, undefined]);
    expect(drain()).toEqual(["a begins 3 3", "a past done"]);
    expect(await past()).toBe(live);
  });

  it("forget the past of a topic that was made anew", async () => {
    const live = begin(["a"]);
    live.find("a", 0, 500_000);
    const reader = await past();
    reader.find("a", 0, 500_000);
    reader.read("a", 0);
    live.options.onReset?.("a", 0);
    reader.read("a", 1);
    live.read("a", 0);
    reader.ended.resolve("ended");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(drain()).toEqual(["a begins 0 200000", "a 0", "a reset", "a 0", "a next 1"]);
  });

  it("count only messages since the start as sent now, and draw all live ones", () => {
    const live = begin(["a"]);
    live.find("a", 0, 10);
    rates.tick(0);
    live.read("a", 8, 9, 10, 11);
    rates.tick(1_000);
    expect(rates.perSecond(0)).toBe(2);
    expect(catalog.get("d")?.sensors.get("s")?.curve.latest(9)).toEqual([[1_795_392_001_000, 8]]);
  });
});
