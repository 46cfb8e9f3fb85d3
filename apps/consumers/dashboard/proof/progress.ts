import type { MappedConsumer } from "../../../../contract/environment/stack-map";
import type { FollowedPosition } from "../../../shared/kafka";
import { stalledAfterMs } from "../../../shared/stall-watch";
import { counted } from "../../../shared/text";
import type { Cluster } from "../cluster/cluster";

/** How far something has come, and where its end is. */
export interface Position {
  readonly next: number;
  readonly end: number;
}

interface Tracked {
  furthest: number;
  sinceMs: number;
}

/** Since when readers have stood still that have more to read. */
export class Stalls {
  private readonly tracked = new Map<string, Tracked>();

  /** Notes a position. @param position undefined while it is unknown, which is no progress */
  note(key: string, position: Position | undefined, nowMs: number): void {
    const known = this.tracked.get(key);
    if (known === undefined) {
      this.tracked.set(key, { furthest: position?.next ?? -1, sinceMs: nowMs });
      return;
    }
    if (position === undefined) return;
    const { next, end } = position;
    // An end before what was reached belongs to a topic that was made anew.
    if (next >= end || next > known.furthest || end < known.furthest) {
      known.furthest = next;
      known.sinceMs = nowMs;
    }
  }

  /** Forgets all others than these. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of this.tracked.keys()) if (!keys.has(key)) this.tracked.delete(key);
  }

  /** Those without progress for at least `afterMs`, in the order in which they stopped. */
  stalled(afterMs: number, nowMs: number): { readonly key: string; readonly sinceMs: number }[] {
    return [...this.tracked]
      .filter(([, { sinceMs }]) => nowMs - sinceMs >= afterMs)
      .map(([key, { sinceMs }]) => ({ key, sinceMs }))
      .sort((one, other) => one.sinceMs - other.sinceMs);
  }
}

/** What the positions of readers are taken from. */
export interface ProgressSources {
  /** The name of this program in its stack. */
  readonly ownName: string;
  readonly topics: readonly string[];
  readonly consumers: readonly MappedConsumer[];
  readonly cluster: Pick<Cluster, "partitionsOf" | "boundsOf" | "lagOf">;
  /** How far this program has read a partition, by its leader's last answer. */
  readonly positionOf: (topic: string, partition: number) => FollowedPosition | undefined;
  /** The next offset that the table lacks; undefined if it has none of the partition. */
  readonly tableNext: (topic: string, partition: number) => number | undefined;
  /** How long rows may wait for their commit. */
  readonly flushIntervalMs: number;
}

/** An answer of a leader that is older than this does not show the present. */
const answerIsOldMs = 5_000;
/** How much longer than their flush interval rows may be without a commit. */
const commitWithinMs = 15_000;

/** A partition, or several, that a reader does not read on. */
export interface Stall {
  /** `device-1/0`, or `device-1/0 and 2 more partitions` */
  readonly where: string;
  readonly sinceMs: number;
}

/** A program, or several that share the work, that must keep reading the topics for the proof to hold. */
export class Reader {
  private readonly stalls = new Stalls();

  constructor(
    readonly name: string,
    /** Containers that share the work. */
    readonly containers: readonly string[],
    private readonly topics: readonly string[],
    private readonly patienceMs: number,
    private readonly positionOf: (topic: string, partition: number, nowMs: number) => Position | undefined,
  ) {}

  /** To be called each second. */
  tick(cluster: ProgressSources["cluster"], nowMs: number): void {
    const keys = new Set<string>();
    for (const topic of this.topics) {
      for (const { partition } of cluster.partitionsOf(topic)) {
        const key = `${topic}/${partition}`;
        keys.add(key);
        this.stalls.note(key, this.positionOf(topic, partition, nowMs), nowMs);
      }
    }
    this.stalls.keep(keys);
  }

  /** Undefined while it reads on. */
  stall(nowMs: number): Stall | undefined {
    const [first, ...others] = this.stalls.stalled(this.patienceMs, nowMs);
    if (first === undefined) return undefined;
    const more = others.length === 0 ? "" : ` and ${counted(others.length, "more partition")}`;
    return { where: `${first.key}${more}`, sinceMs: first.sinceMs };
  }
}

/** This program's own reading. */
export function ownReader({ ownName, topics, positionOf }: ProgressSources): Reader {
  // A silent leader is noticed only once its answer is old.
  const patienceMs = stalledAfterMs - answerIsOldMs;
  return new Reader(ownName, [ownName], topics, patienceMs, (topic, partition, nowMs) => {
    const position = positionOf(topic, partition);
    if (position === undefined) return undefined;
    const { next, latest, asOfMs } = position;
    // The leader may have more by now.
    if (next >= latest && nowMs - asOfMs > answerIsOldMs) return undefined;
    return { next, end: latest };
  });
}

/** The lakes, which all write one table, whatever their groups; and each other consumer group. */
export function consumerReaders(sources: ProgressSources): readonly Reader[] {
  return [...lakeReaders(sources), ...groupReaders(sources)];
}

function lakeReaders({ consumers, cluster, tableNext, flushIntervalMs, topics }: ProgressSources): Reader[] {
  const lakes = consumers.filter(({ type }) => type === "lake");
  const [first] = lakes;
  if (first === undefined) return [];
  const patienceMs = Math.max(stalledAfterMs, flushIntervalMs + commitWithinMs);
  const positionOf = (topic: string, partition: number): Position | undefined => {
    const bounds = cluster.boundsOf(topic, partition);
    if (bounds === undefined) return undefined;
    const { earliest, latest } = bounds;
    // Retention may have removed messages that it had not read yet; the lake reports that itself, and reads on behind them.
    return { next: Math.max(tableNext(topic, partition) ?? 0, earliest), end: latest };
  };
  return [new Reader(first.name, namesOf(lakes), topicsOf(lakes, topics), patienceMs, positionOf)];
}

function groupReaders({ consumers, cluster, topics }: ProgressSources): Reader[] {
  const groups = Map.groupBy(
    consumers.filter(({ type, group }) => type !== "lake" && group !== undefined),
    ({ group = "" }) => group,
  );
  return [...groups].map(([group, members]) => {
    const positionOf = (topic: string, partition: number): Position | undefined => {
      const bounds = cluster.boundsOf(topic, partition);
      const lag = cluster.lagOf(group, topic, partition);
      return bounds === undefined || lag === undefined
        ? undefined
        : { next: bounds.latest - lag, end: bounds.latest };
    };
    const name = members[0]?.name ?? group;
    return new Reader(name, namesOf(members), topicsOf(members, topics), stalledAfterMs, positionOf);
  });
}

function namesOf(consumers: readonly MappedConsumer[]): readonly string[] {
  return consumers.map(({ name }) => name);
}

function topicsOf(consumers: readonly MappedConsumer[], all: readonly string[]): readonly string[] {
  return all.filter((topic) => consumers.some(({ topics }) => topics?.includes(topic) ?? true));
}
