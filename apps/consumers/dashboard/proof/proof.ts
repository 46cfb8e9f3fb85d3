import type { NodeFrame, Unproved } from "../../../../contract/frames/frames";
import { unreadableTable } from "../../../../contract/frames/verdict";
import type { FollowedPosition } from "../../../shared/kafka";
import { stalledAfterMs } from "../../../shared/stall-watch";
import { showDuration } from "../../../shared/text";
import type { OffsetRange } from "../reconciliation/events";
import type { UnreadableOffsets } from "../topics/readers";
import { consumerReaders, ownReader, type ProgressSources, type Reader, Stalls } from "./progress";

/** All that a proof depends on. */
export interface ProofSources extends ProgressSources {
  readonly unreadable: () => readonly UnreadableOffsets[];
  /** Whether the table, or that of dead letters, has all of these offsets. */
  readonly tableHas: (offsets: OffsetRange) => boolean;
  readonly table: () => {
    /** Whether the directories of the tables have been read once. */
    readonly isKnown: boolean;
    readonly exists: boolean;
    readonly problem: string | undefined;
  };
  /** How much was read of the messages and rows that existed at the start: 0 to 1. */
  readonly shares: () => { readonly topics: number; readonly table: number };
  /** The condition that a consumer's container reports. */
  readonly containerOf: (name: string) => NodeFrame | undefined;
}

/** Why nothing is proved yet. */
export interface ProofState {
  readonly unproved: readonly Unproved[];
  /** What is still unknown, shortly after the start. */
  readonly waitingFor?: string;
  /** Whether rows are expected in a table. */
  readonly expectsTable: boolean;
}

const maxUnproved = 20;

/** What the dashboard reads beside live messages, as the verdict names it. */
const pasts = { topics: "the earlier messages", table: "the earlier rows" } as const;

/**
 * Checks that everything makes progress that the proof depends on: this program's own reading, the consumers', and the table's commits.
 * Something unknown never counts as proved.
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
    this.own = ownReader(sources);
    this.readers = consumerReaders(sources);
  }

  /** To be called each second. */
  tick(): void {
    const nowMs = this.now();
    const { cluster } = this.sources;
    for (const reader of [this.own, ...this.readers]) reader.tick(cluster, nowMs);
    for (const topic of this.sources.topics) {
      const exists = cluster.partitionsOf(topic).length > 0;
      this.topics.note(topic, exists ? { next: 1, end: 1 } : undefined, nowMs);
    }
    const { topics, table } = this.sources.shares();
    this.pasts.note("topics", { next: topics, end: 1 }, nowMs);
    this.pasts.note("table", { next: table, end: 1 }, nowMs);
  }

  /** What is wrong with this program's own reading, in one line. */
  get ownComplaint(): string | undefined {
    const stall = this.own.stall(this.now());
    return stall && `it has not read ${stall.where} for ${showDuration(this.now() - stall.sinceMs)}`;
  }

  /** The condition of a consumer, by its own report and by its progress. */
  consumer(frame: NodeFrame): NodeFrame {
    if (frame.condition !== "healthy" && frame.condition !== "unknown") return frame;
    const reader = this.readers.find(({ containers }) => containers.includes(frame.name));
    const stall = reader?.stall(this.now());
    if (stall === undefined) return frame;
    const { where, sinceMs } = stall;
    const silence = `it has not read ${where} for ${showDuration(this.now() - sinceMs)}`;
    const reason = frame.reason === undefined ? silence : `${silence}; it says: ${frame.reason}`;
    return { ...frame, condition: "sick", reason, sinceMs };
  }

  get state(): ProofState {
    const { table } = this.sources;
    const expectsTable = this.hasLake || table().exists;
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
      const stall = reader.stall(this.now());
      if (stall === undefined) continue;
      const what = `${reader.name} has not read ${stall.where}`;
      yield { what, sinceMs: stall.sinceMs, ...this.reasonOf(reader) };
    }
    yield* this.unhealthyConsumers();
    for (const { reason, ...offsets } of sources.unreadable()) {
      if (sources.tableHas(offsets)) continue;
      const { topic, partition, from, to } = offsets;
      const which = to - from === 1 ? `offset ${from}` : `offsets ${from} to ${to - 1}`;
      yield { what: `${which} of ${topic}/${partition} cannot be read`, reason };
    }
    const { problem } = sources.table();
    if (expectsTable && problem !== undefined) yield { what: unreadableTable, reason: problem };
    for (const { key, sinceMs } of this.pasts.stalled(stalledAfterMs, this.now()))
      yield { what: `${this.own.name} has stopped reading ${pasts[key as keyof typeof pasts]}`, sinceMs };
  }

  /** Consumers that report themselves that they do not read, and are not reported as stalled. */
  private *unhealthyConsumers(): Generator<Unproved> {
    for (const reader of this.readers) {
      if (reader.stall(this.now()) !== undefined) continue;
      for (const name of reader.containers) {
        const frame = this.sources.containerOf(name);
        if (frame === undefined || frame.condition === "healthy" || frame.condition === "unknown") continue;
        const what = frame.condition === "sick" ? `${name} is unhealthy` : `${name} cannot be reached`;
        yield { what, sinceMs: frame.sinceMs, ...(frame.reason !== undefined && { reason: frame.reason }) };
      }
    }
  }

  /** Why a reader does not read on, if one of its containers reports it. */
  private reasonOf({ containers }: Reader): Pick<Unproved, "reason"> {
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
        partitions.every(({ partition }) => this.sources.positionOf(topic, partition) !== undefined)
      );
    });
    if (!isKnown) return "Waiting for the brokers to report the offsets of the topics";
    const { isKnown: isTableKnown, exists, problem } = table();
    if (!isTableKnown) return "Looking for the table";
    const isEmpty = topics.every((topic) =>
      cluster
        .partitionsOf(topic)
        .every(({ partition }) => isEmptyPosition(this.sources.positionOf(topic, partition))),
    );
    if (this.hasLake && !exists && problem === undefined && !isEmpty)
      return "Waiting for the first rows of the table";
    return this.starting();
  }

  /** A consumer that has not begun yet may never begin. */
  private starting(): string | undefined {
    const containers = this.readers.flatMap((reader) => reader.containers);
    const frames = containers.flatMap((name) => this.sources.containerOf(name) ?? []);
    const starting = frames.find(({ condition }) => condition === "unknown");
    if (starting === undefined) return undefined;
    return `Waiting for ${starting.name}${starting.reason === undefined ? "" : `: ${starting.reason}`}`;
  }
}

function isEmptyPosition(position: FollowedPosition | undefined): boolean {
  return position !== undefined && position.earliest >= position.latest;
}
