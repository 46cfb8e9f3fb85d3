import { beforeEach, describe, expect, it } from "vitest";
import type { NodeFrame } from "../../../../contract/frames/frames";
import type { PlacedPartition } from "../cluster/cluster";
import type { UnreadableOffsets } from "../topics/readers";
import { type ProofSources, ProofWatch } from "./proof";

/** One partition: its end, the positions of its readers, and its leader. */
interface Partition {
  topic: string;
  partition: number;
  leader: number | null;
  latest: number;
  /** The position of this program. */
  next: number | undefined;
  /** The next offset that the table lacks. */
  table: number | undefined;
  /** The lag of the console's group. */
  lag: number | undefined;
  isSilent: boolean;
}

describe("the watch over the proof", () => {
  let nowMs: number;
  let partitions: Partition[];
  let topics: string[];
  let unreadable: UnreadableOffsets[];
  let deadLetters: boolean;
  let table: ReturnType<ProofSources["table"]>;
  let shares: ReturnType<ProofSources["shares"]>;
  let containers: Map<string, NodeFrame>;
  let consumers: ProofSources["consumers"];
  let flushIntervalMs: number;
  let watch: ProofWatch;

  const lake = { name: "lake", type: "lake", group: "g-lake" };
  const console_ = { name: "console", type: "console", group: "g-console" };
  const dashboard = { name: "dashboard", type: "dashboard" };
  const healthy = (name: string): NodeFrame => ({ name, condition: "healthy", sinceMs: 0 });
  const partition = (topic: string, number: number): Partition => ({
    topic,
    partition: number,
    leader: 1,
    latest: 100,
    next: 100,
    table: 100,
    lag: 0,
    isSilent: false,
  });
  const find = (topic: string, number: number) =>
    partitions.find((one) => one.topic === topic && one.partition === number);

  const begin = () => {
    const answeredMs = new Map<string, number>();
    watch = new ProofWatch(
      {
        ownName: "dashboard",
        topics,
        consumers,
        cluster: {
          partitionsOf: (topic): PlacedPartition[] =>
            partitions
              .filter((one) => one.topic === topic)
              .map(({ partition: number, leader }) => ({
                partition: number,
                leader,
                replicas: [1],
                inSync: [1],
              })),
          boundsOf: (topic, number) => {
            const found = find(topic, number);
            return found && { earliest: 0, latest: found.latest };
          },
          lagOf: (_group, topic, number) => find(topic, number)?.lag,
        },
        positionOf: (topic, number) => {
          const found = find(topic, number);
          if (found?.next === undefined) return undefined;
          const key = `${topic}/${number}`;
          if (!found.isSilent) answeredMs.set(key, nowMs);
          const { latest, next } = found;
          return { partition: number, earliest: 0, latest, next, asOfMs: answeredMs.get(key) ?? 0 };
        },
        unreadable: () => unreadable,
        tableNext: (topic, number) => find(topic, number)?.table,
        tableHas: () => deadLetters,
        table: () => table,
        shares: () => shares,
        containerOf: (name) => containers.get(name),
        flushIntervalMs,
      },
      () => nowMs,
    );
    watch.tick();
  };
  /** Lets so many seconds pass, and calls `happens` in each. */
  const each = (seconds: number, happens: () => void = () => {}) => {
    for (let second = 0; second < seconds; second++) {
      nowMs += 1_000;
      happens();
      watch.tick();
    }
    return watch.state.unproved.map(({ what, sinceMs }) => [
      what,
      ...(sinceMs === undefined ? [] : [sinceMs]),
    ]);
  };
  /** Messages come to all partitions, and everybody reads them but those in `stopped`. */
  const flow = (...stopped: readonly (keyof Partition)[]) => {
    for (const one of partitions) {
      one.latest++;
      if (!stopped.includes("next")) one.next = one.latest;
      if (!stopped.includes("table")) one.table = one.latest;
      if (stopped.includes("lag")) one.lag = (one.lag ?? 0) + 1;
    }
  };

  beforeEach(() => {
    nowMs = 0;
    topics = ["device-1", "device-2"];
    partitions = [partition("device-1", 0), partition("device-2", 0)];
    unreadable = [];
    deadLetters = false;
    table = { isKnown: true, exists: true, problem: undefined };
    shares = { topics: 1, table: 1 };
    consumers = [console_, lake, dashboard];
    containers = new Map(["console", "lake"].map((name) => [name, healthy(name)]));
    flushIntervalMs = 10_000;
  });

  it("reports nothing while all readers make progress, nor while no messages come", () => {
    begin();
    expect(each(60, flow)).toEqual([]);
    expect(each(60)).toEqual([]);
    expect(watch.state).toEqual({ unproved: [], expectsTable: true });
    expect(watch.ownComplaint).toBeUndefined();
  });

  it("reports within 30 s that the table gets no more rows, and that it gets rows again", () => {
    begin();
    each(10, flow);
    expect(each(24, () => flow("table"))).toEqual([]);
    expect(each(1, () => flow("table"))).toEqual([
      ["lake has not read device-1/0 and 1 more partition", 10_000],
    ]);
    expect(watch.consumer(healthy("lake"))).toEqual({
      name: "lake",
      condition: "sick",
      reason: "it has not read device-1/0 and 1 more partition for 25 s",
      sinceMs: 10_000,
    });
    expect(watch.consumer(healthy("console"))).toEqual(healthy("console"));
    expect(each(1, flow)).toEqual([]);
    expect(watch.consumer(healthy("lake"))).toEqual(healthy("lake"));
  });

  it("reports one stalled partition among others", () => {
    begin();
    const stuck = () => {
      flow();
      partitions[1]!.table = 100;
    };
    expect(each(25, stuck)).toEqual([["lake has not read device-2/0", 0]]);
  });

  it("is patient for as long as a long flush interval", () => {
    flushIntervalMs = 60_000;
    begin();
    expect(each(74, () => flow("table"))).toEqual([]);
    expect(each(1, () => flow("table"))).toHaveLength(1);
  });

  it("reports a lake that has never written a row", () => {
    for (const one of partitions) one.table = undefined;
    table = { isKnown: true, exists: false, problem: undefined };
    begin();
    expect(watch.state.waitingFor).toBe("Waiting for the first rows of the table");
    expect(each(25)).toEqual([["lake has not read device-1/0 and 1 more partition", 0]]);
    // Empty topics have no rows to write.
    for (const one of partitions) one.latest = one.next = 0;
    expect(each(1)).toEqual([]);
    expect(watch.state.waitingFor).toBeUndefined();
  });

  it("reports a group that commits nothing, and a group whose offsets are unknown", () => {
    begin();
    expect(each(25, () => flow("lag"))).toEqual([
      ["console has not read device-1/0 and 1 more partition", 0],
    ]);
    for (const one of partitions) one.lag = undefined;
    expect(each(25, flow)).toEqual([["console has not read device-1/0 and 1 more partition", 0]]);
  });

  it("reports its own reading: messages that it has not got, and leaders that do not answer", () => {
    begin();
    expect(each(20, () => flow("next"))).toEqual([
      ["dashboard has not read device-1/0 and 1 more partition", 0],
    ]);
    expect(watch.ownComplaint).toBe("it has not read device-1/0 and 1 more partition for 20 s");
    expect(each(1, flow)).toEqual([]);
    partitions[0]!.isSilent = true;
    expect(each(24, () => {})).toEqual([]);
    expect(each(1, () => {})).toEqual([["dashboard has not read device-1/0", 26_000]]);
  });

  it("reports at once a partition without a leader and a table that cannot be read", () => {
    begin();
    partitions[0]!.leader = null;
    table = { isKnown: true, exists: true, problem: "no such file" };
    expect(watch.state.unproved).toEqual([
      { what: "device-1/0 has no leader" },
      { what: "the table cannot be read", reason: "no such file" },
    ]);
  });

  it("reports offsets that cannot be read, unless the dead letters have them", () => {
    begin();
    unreadable = [{ topic: "device-1", partition: 0, from: 5, to: 9, reason: "its checksum is wrong" }];
    expect(watch.state.unproved).toEqual([
      { what: "offsets 5 to 8 of device-1/0 cannot be read", reason: "its checksum is wrong" },
    ]);
    deadLetters = true;
    expect(watch.state.unproved).toEqual([]);
  });

  it("reports consumers that report themselves unhealthy, and the reason of a stalled one", () => {
    begin();
    const unhealthy: NodeFrame = {
      name: "lake",
      condition: "sick",
      reason: "the volume is full",
      sinceMs: 3,
    };
    containers.set("lake", unhealthy);
    containers.set("console", { name: "console", condition: "unreachable", sinceMs: 4 });
    expect(watch.state.unproved).toEqual([
      { what: "lake is unhealthy", sinceMs: 3, reason: "the volume is full" },
      { what: "console cannot be reached", sinceMs: 4 },
    ]);
    containers.set("console", healthy("console"));
    each(25, () => flow("table"));
    expect(watch.state.unproved).toEqual([
      {
        what: "lake has not read device-1/0 and 1 more partition",
        sinceMs: 0,
        reason: "lake: the volume is full",
      },
    ]);
    expect(watch.consumer(unhealthy)).toBe(unhealthy);
    const starting: NodeFrame = { name: "lake", condition: "unknown", reason: "no commit yet", sinceMs: 5 };
    expect(watch.consumer(starting)).toEqual({
      name: "lake",
      condition: "sick",
      reason: "it has not read device-1/0 and 1 more partition for 25 s; it says: no commit yet",
      sinceMs: 0,
    });
  });

  it("waits for a consumer that has not started reading yet", () => {
    begin();
    containers.set("lake", { name: "lake", condition: "unknown", reason: "no commit yet", sinceMs: 5 });
    expect(watch.state).toMatchObject({ unproved: [], waitingFor: "Waiting for lake: no commit yet" });
    containers.set("lake", healthy("lake"));
    expect(watch.state.waitingFor).toBeUndefined();
  });

  it("reports topics that do not exist, and a reader of the past that has stopped", () => {
    topics.push("device-3");
    shares = { topics: 0.4, table: 1 };
    begin();
    expect(watch.state.waitingFor).toBe("Waiting for the brokers to report the offsets of the topics");
    expect(each(24, flow)).toEqual([]);
    expect(each(1, flow)).toEqual([
      ["topic device-3 does not exist", 0],
      ["dashboard has stopped reading the earlier messages", 0],
    ]);
  });

  it("expects from a lake only the topics that it reads, and no table where there is no lake", () => {
    consumers = [{ ...lake, topics: ["device-2"] }];
    begin();
    const others = () => {
      flow();
      partitions[0]!.table = 0;
    };
    expect(each(60, others)).toEqual([]);
    expect(watch.state.expectsTable).toBe(true);
    consumers = [];
    table = { isKnown: false, exists: false, problem: "it is damaged" };
    begin();
    expect(each(60, () => flow("table"))).toEqual([]);
    expect(watch.state).toEqual({ unproved: [], expectsTable: false, waitingFor: "Looking for the table" });
  });
});
