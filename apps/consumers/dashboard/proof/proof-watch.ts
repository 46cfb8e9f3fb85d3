import type { MappedConsumer } from "../../../../contract/environment/stack-map";
import type { FollowedPosition } from "../../../shared/kafka";
import { stalledAfterMs } from "../../../shared/stall-watch";
import { counted, showDuration } from "../../../shared/text";
import type { NodeFrame, Unproved } from "../../../../contract/frames/frames";
import { unreadableTable } from "../../../../contract/frames/verdict";
import type { ClusterSource } from "../views/cluster-source";
import { Stalls, type Standing } from "./stalls";

/** Offsets of a partition, from `from` up to, but without, `to`, that are there and cannot be read. */
export interface UnreadableOffsets {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** All that a proof depends on. */
export interface ProofSources {
  /** The name of this program in its stack. */
  readonly ownName: string;
  readonly topics: readonly string[];
  readonly consumers: readonly MappedConsumer[];
  readonly cluster: Pick<ClusterSource, "partitionsOf" | "boundsOf" | "lagOf">;
  /** How far this program has read a partition, by its leader's last answer. */
  readonly positionOf: (topic: string, partition: number) => FollowedPosition | undefined;
  readonly unreadable: () => readonly UnreadableOffsets[];
  /** The next offset that the table lacks; undefined if it has none of the partition. */
  readonly tableNext: (topic: string, partition: number) => number | undefined;
  /** Whether the table, or that of dead letters, has all of these offsets. */
  readonly tableHas: (offsets: Omit<UnreadableOffsets, "reason">) => boolean;
  readonly table: () => {
    readonly hasLooked: boolean;
    readonly isThere: boolean;
    readonly problem: string | undefined;
  };
  /** How much of what was there at the start was read: 0 to 1. */
  readonly shares: () => { readonly topics: number; readonly table: number };
  /** How a container of a consumer says that it does. */
  readonly containerOf: (name: string) => NodeFrame | undefined;
  /** How long rows may wait for their commit. */
  readonly flushIntervalMs: number;
}

/** What of the proof is not made. */
export interface ProofState {
  /** What keeps it from being made. */
  readonly unproved: readonly Unproved[];
  /** What is not known yet, shortly after the start. */
  readonly waitingFor?: string;
  /** Whether rows are to be in a table at all. */
  readonly expectsTable: boolean;
}

/** An answer of a leader that is older than this says nothing of now. */
const answerIsOldMs = 5_000;
/** How much longer than their flush interval rows may be without a commit. */
const commitWithinMs = 15_000;
const maxUnproved = 20;

/** One who reads the topics, and has to read on for the proof to hold. */
interface Reader {
  readonly name: string;
  /** Containers that share the work. */
  readonly containers: readonly string[];
  readonly topics: readonly string[];
  readonly patienceMs: number;
  readonly standing: (topic: string, partition: number) => Standing | undefined;
  readonly stalls: Stalls;
}

/**
 * Watches whether everything goes on that the proof depends on: this program's own reading, the consumers', and the table's commits. Nothing
 * counts as proved because nothing is known of it.
 */
export class ProofWatch {
  private readonly own: Reader;
  private readonly readers: readonly Reader[];
  private readonly pasts = new Stalls();
  /** By topic, since when it is not known to exist. */
  private readonly topics = new Stalls();

  constructor(
    private readonly sources: ProofSources,
    private readonly now: () => number = Date.now,
  ) {
    const { ownName, topics } = sources;
    this.own = {
      name: ownName,
      containers: [ownName],
      topics,
      // A leader that has gone silent is noticed only once its answer is old.
      patienceMs: stalledAfterMs - answerIsOldMs,
      standing: (topic, partition) => this.ownStanding(topic, partition),
      stalls: new Stalls(),
    };
    this.readers = [...this.lakes(), ...this.groups()];
  }

  /** To be called each second. */
  tick(): void {
    const nowMs = this.now();
    for (const reader of [this.own, ...this.readers]) this.look(reader, nowMs);
    for (const topic of this.sources.topics) {
      const isThere = this.sources.cluster.partitionsOf(topic).length > 0;
      this.topics.look(topic, isThere ? { next: 1, end: 1 } : undefined, nowMs);
    }
    const { topics, table } = this.sources.shares();
    this.pasts.look("topics", { next: topics, end: 1 }, nowMs);
    this.pasts.look("table", { next: table, end: 1 }, nowMs);
  }

  /** What is wrong with this program's own reading, in one line. */
  get ownComplaint(): string | undefined {
    const stall = this.stallOf(this.own);
    return stall && `it has not read ${stall.where} for ${showDuration(this.now() - stall.sinceMs)}`;
  }

  /** How a consumer does, by what it says, and by how far it comes. */
  consumer(frame: NodeFrame): NodeFrame {
    if (frame.condition !== "healthy" && frame.condition !== "unknown") return frame;
    const reader = this.readers.find(({ containers }) => containers.includes(frame.name));
    const stall = reader && this.stallOf(reader);
    if (stall === undefined) return frame;
    const { where, sinceMs } = stall;
    const silence = `it has not read ${where} for ${showDuration(this.now() - sinceMs)}`;
    const reason = frame.reason === undefined ? silence : `${silence}; it says: ${frame.reason}`;
    return { ...frame, condition: "sick", reason, sinceMs };
  }

  get state(): ProofState {
    const { table } = this.sources;
    const expectsTable = this.hasLake || table().isThere;
    const unproved = [...this.unproved(expectsTable)].slice(0, maxUnproved);
    const waitingFor = this.waitingFor();
    return { unproved, expectsTable, ...(waitingFor !== undefined && { waitingFor }) };
  }

  private get hasLake(): boolean {
    return this.sources.consumers.some(({ type }) => type === "lake");
  }

  private *unproved(expectsTable: boolean): Generator<Unproved> {
    const { sources } = this;
    for (const { key: topic, sinceMs } of this.topics.stalled(stalledAfterMs, this.now()))
      yield { what: `topic ${topic} does not exist`, sinceMs };
    for (const topic of sources.topics) {
      for (const { partition, leader } of sources.cluster.partitionsOf(topic))
        if (leader === null) yield { what: `${topic}/${partition} has no leader` };
    }
    for (const reader of [this.own, ...this.readers]) {
      const stall = this.stallOf(reader);
      if (stall !== undefined)
        yield {
          what: `${reader.name} has not read ${stall.where}`,
          sinceMs: stall.sinceMs,
          ...this.saidBy(reader),
        };
    }
    yield* this.unhealthy();
    for (const { reason, ...offsets } of sources.unreadable()) {
      if (sources.tableHas(offsets)) continue;
      const { topic, partition, from, to } = offsets;
      const which = to - from === 1 ? `offset ${from}` : `offsets ${from} to ${to - 1}`;
      yield { what: `${which} of ${topic}/${partition} cannot be read`, reason };
    }
    const { problem } = sources.table();
    if (expectsTable && problem !== undefined) yield { what: unreadableTable, reason: problem };
    const pasts = { topics: "what the topics had before", table: "what the table had before" };
    for (const { key, sinceMs } of this.pasts.stalled(stalledAfterMs, this.now()))
      yield { what: `${this.own.name} does not read on ${pasts[key as keyof typeof pasts]}`, sinceMs };
  }

  /** Consumers that say themselves that they do not read, and are not told of already. */
  private *unhealthy(): Generator<Unproved> {
    for (const reader of this.readers) {
      if (this.stallOf(reader) !== undefined) continue;
      for (const name of reader.containers) {
        const frame = this.sources.containerOf(name);
        if (frame === undefined || frame.condition === "healthy" || frame.condition === "unknown") continue;
        const what = frame.condition === "sick" ? `${name} is unhealthy` : `${name} cannot be reached`;
        yield { what, sinceMs: frame.sinceMs, ...(frame.reason !== undefined && { reason: frame.reason }) };
      }
    }
  }

  /** Why a reader does not read on, if it says so. */
  private saidBy({ containers }: Reader): Pick<Unproved, "reason"> {
    for (const name of containers) {
      const frame = this.sources.containerOf(name);
      if (frame?.reason !== undefined && frame.condition !== "healthy")
        return { reason: `${name}: ${frame.reason}` };
    }
    return {};
  }

  private waitingFor(): string | undefined {
    const { topics, cluster, table } = this.sources;
    const isKnown = topics.every((topic) => {
      const partitions = cluster.partitionsOf(topic);
      return (
        partitions.length > 0 &&
        partitions.every(({ partition }) => this.positionOf(topic, partition) !== undefined)
      );
    });
    if (!isKnown) return "Waiting for the brokers to say what the topics have";
    const { hasLooked, isThere, problem } = table();
    if (!hasLooked) return "Looking for the table";
    const isEmpty = topics.every((topic) =>
      cluster
        .partitionsOf(topic)
        .every(({ partition }) => isEmptyPosition(this.positionOf(topic, partition))),
    );
    if (this.hasLake && !isThere && problem === undefined && !isEmpty)
      return "Waiting for the first rows of the table";
    return this.starting();
  }

  /** A consumer that has not begun yet may never do. */
  private starting(): string | undefined {
    const containers = this.readers.flatMap((reader) => reader.containers);
    const frames = containers.flatMap((name) => this.sources.containerOf(name) ?? []);
    const starting = frames.find(({ condition }) => condition === "unknown");
    if (starting === undefined) return undefined;
    return `Waiting for ${starting.name}${starting.reason === undefined ? "" : `: ${starting.reason}`}`;
  }

  private look({ topics, standing, stalls }: Reader, nowMs: number): void {
    const keys = new Set<string>();
    for (const topic of topics) {
      for (const { partition } of this.sources.cluster.partitionsOf(topic)) {
        const key = `${topic}/${partition}`;
        keys.add(key);
        stalls.look(key, standing(topic, partition), nowMs);
      }
    }
    stalls.keep(keys);
  }

  private stallOf({
    stalls,
    patienceMs,
  }: Reader): { readonly where: string; readonly sinceMs: number } | undefined {
    const [first, ...others] = stalls.stalled(patienceMs, this.now());
    if (first === undefined) return undefined;
    const more = others.length === 0 ? "" : ` and ${counted(others.length, "more partition")}`;
    return { where: `${first.key}${more}`, sinceMs: first.sinceMs };
  }

  private positionOf(topic: string, partition: number): FollowedPosition | undefined {
    return this.sources.positionOf(topic, partition);
  }

  private ownStanding(topic: string, partition: number): Standing | undefined {
    const position = this.positionOf(topic, partition);
    if (position === undefined) return undefined;
    const { next, latest, asOfMs } = position;
    // What a leader had that does not answer any more is not all there is.
    if (next >= latest && this.now() - asOfMs > answerIsOldMs) return undefined;
    return { next, end: latest };
  }

  /** All lakes write one table, whatever their groups. */
  private lakes(): Reader[] {
    const { cluster, tableNext, flushIntervalMs } = this.sources;
    const lakes = this.sources.consumers.filter(({ type }) => type === "lake");
    const [first] = lakes;
    if (first === undefined) return [];
    return [
      {
        name: first.name,
        containers: lakes.map(({ name }) => name),
        topics: this.topicsOf(lakes),
        patienceMs: Math.max(stalledAfterMs, flushIntervalMs + commitWithinMs),
        standing: (topic, partition) => {
          const bounds = cluster.boundsOf(topic, partition);
          if (bounds === undefined) return undefined;
          const { earliest, latest } = bounds;
          // Retention may have removed what it had not read yet; it says so itself, and reads on behind it.
          return { next: Math.max(tableNext(topic, partition) ?? 0, earliest), end: latest };
        },
        stalls: new Stalls(),
      },
    ];
  }

  private groups(): Reader[] {
    const { cluster, consumers } = this.sources;
    const groups = Map.groupBy(
      consumers.filter(({ type, group }) => type !== "lake" && group !== undefined),
      ({ group = "" }) => group,
    );
    return [...groups].map(([group, members]) => ({
      name: members[0]?.name ?? group,
      containers: members.map(({ name }) => name),
      topics: this.topicsOf(members),
      patienceMs: stalledAfterMs,
      standing: (topic, partition) => {
        const bounds = cluster.boundsOf(topic, partition);
        const lag = cluster.lagOf(group, topic, partition);
        return bounds === undefined || lag === undefined
          ? undefined
          : { next: bounds.latest - lag, end: bounds.latest };
      },
      stalls: new Stalls(),
    }));
  }

  private topicsOf(consumers: readonly MappedConsumer[]): readonly string[] {
    return this.sources.topics.filter((topic) =>
      consumers.some(({ topics }) => topics?.includes(topic) ?? true),
    );
  }
}

function isEmptyPosition(position: FollowedPosition | undefined): boolean {
  return position !== undefined && position.earliest >= position.latest;
}
