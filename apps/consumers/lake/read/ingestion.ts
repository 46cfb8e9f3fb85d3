import type { LostOffsetsAction } from "../../../../contract/environment/lake";
import type { FaultPoints } from "../../../shared/delta/fault-points";
import type { DeltaTable } from "../../../shared/delta/table/table";
import {
  type Assignment,
  type Consumer,
  type EachBatchPayload,
  fetchedOffset,
  isFromKafka,
  type KafkaClient,
  type KafkaMessage,
  lengthOf,
  offsetOf,
} from "../../../shared/kafka";
import { appIdOf, type TopicPartition } from "../../../shared/lake-table/table-topics";
import { SerialQueue } from "../../../shared/serial-queue";
import { within } from "../../../shared/shutdown";
import type { CommitMonitor } from "../commit/commit-monitor";
import type { Committer } from "../commit/committer";
import type { LakeCounts } from "../commit/lake-counts";
import type { SkippedMessages } from "../commit/skipped-messages";
import { LakeError } from "../offsets/lake-error";
import {
  type DeadLetterOffsets,
  deadLetterOffsets,
  type Position,
  Positions,
  type SealedStep,
} from "../offsets/positions";
import { SourceWatch } from "../offsets/source-watch";
import { findStartingPoints, type StartingPoint } from "../offsets/starting-points";
import { packMessages } from "../write/message-chunk";
import type { RowSink } from "../write/row-writer";
import { FillLevel, type FlushLimits, FlushTimers } from "./flush-triggers";

/** Places around the report of offsets to Kafka at which a crash must do no harm. */
export type OffsetReportFaultPoint = "before Kafka commit" | "after Kafka commit";

export interface IngestionOptions {
  readonly kafka: KafkaClient;
  readonly table: DeltaTable;
  readonly deadLetters: DeltaTable;
  readonly writer: RowSink;
  readonly committer: Committer;
  readonly skipped: SkippedMessages;
  readonly counts: LakeCounts;
  readonly commitMonitor: CommitMonitor;
  readonly limits: FlushLimits;
  /** How long a row may wait for its commit, in milliseconds. */
  readonly flushIntervalMs: number;
  readonly onLostOffsets: LostOffsetsAction;
  /** Aborts when reading is to end. */
  readonly signal: AbortSignal;
  /** Called each time reading starts from the table's offsets. */
  readonly onPositioned: (points: readonly StartingPoint[]) => void;
  /** Called whenever part of a batch has been taken, with the next offset of its partition. */
  readonly onProgress: (position: TopicPartition & Pick<Position, "next">) => void;
  /** Called once, when ingestion cannot continue. */
  readonly onFailed: (error: unknown) => void;
  readonly faults: FaultPoints<OffsetReportFaultPoint>;
}

const heartbeatEveryMs = 1000;
const reportWithinMs = 3000;
/** How often in a row a partition may be read from another offset than the requested one. */
const maxMisses = 5;

/**
 * Moves messages from Kafka into the table, each exactly once. Only the table knows the next offset of each partition. Whenever the
 * assignment changes, or another consumer of the lake has committed first, everything uncommitted is dropped and read again from the
 * offsets in the table.
 *
 * Work on the tables runs one piece at a time. Reading continues meanwhile, up to the limits of a second buffer.
 */
export class Ingestion {
  private readonly positions = new Positions();
  /** The partitions that are read, in the order that the writer knows. */
  private points: readonly StartingPoint[] = [];
  /** The next offset of the dead letters of these partitions, in the same order. */
  private deadLetterOffsets: DeadLetterOffsets = [];
  /** What the writer has received since the last flush. */
  private readonly fill: FillLevel;
  private readonly timers: FlushTimers;
  private readonly watch: SourceWatch;
  /** Work on the tables. */
  private readonly queue = new SerialQueue();
  /** Counts how often everything uncommitted was dropped; work of an earlier epoch has no effect. */
  private epoch = 0;
  /** Aborts at the end of the epoch, because brokers may never answer its requests. */
  private epochEnd = new AbortController();
  private assigned:
    { readonly consumer: Consumer; readonly partitions: readonly TopicPartition[] } | undefined;
  /** Resolves when the positions are those of the table. */
  private ready: Promise<void> = Promise.resolve();
  /** Resolves when Kafka knows the offsets of the latest commit, or could not be reached. */
  private reported: Promise<void> = Promise.resolve();
  private closing = false;
  /** Whether a refresh of the tables waits in the queue. */
  private refreshing = false;
  /** Why ingestion cannot continue. */
  private failure: { readonly error: unknown } | undefined;
  /** By partition: how often in a row the brokers answered from a later offset than the requested one. */
  private readonly misses = new Map<string, number>();

  constructor(private readonly options: IngestionOptions) {
    this.fill = new FillLevel(options.limits);
    this.timers = new FlushTimers(options.flushIntervalMs, () => void this.startFlush());
    this.watch = new SourceWatch(options.kafka, () => this.restart());
  }

  /** The group has assigned partitions to this process: starts again with them from the table's offsets. */
  assign(consumer: Consumer, assignment: Assignment): void {
    const partitions = Object.entries(assignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => ({ topic, partition })),
    );
    this.assigned = { consumer, partitions };
    this.closing = false;
    this.restart();
  }

  /** Takes the new messages of a batch into the buffer; waits while there is no room. */
  async receive(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    await withHeartbeats(this.ready, payload);
    const position = this.positions.get(batch.topic, batch.partition);
    if (this.takesNothing() || position === undefined || payload.isStale()) return;
    if (fetchedOffset(batch) > position.next) {
      this.missed(position);
      return;
    }
    this.misses.delete(appIdOf(position));

    const epoch = this.epoch;
    const { messages } = batch;
    let next = messages.findIndex((message) => offsetOf(message) >= position.next);
    while (next >= 0 && next < messages.length) {
      next = this.take(position, messages, next);
      await withHeartbeats(this.fill.isFull ? this.startFlush().begun : this.options.writer.room(), payload);
      if (epoch !== this.epoch || this.takesNothing()) return;
    }
    const end = Number(batch.lastOffset()) + 1;
    if (end > position.next) this.passOver(position, end);
    payload.resolveOffset(batch.lastOffset());
    this.startInterval();
    this.timers.messagesCame(this.fill.isAmple);
  }

  /** Passes over the offsets from `first` to `last`, both included: Kafka has no message there. */
  passedOver(topic: string, partition: number, first: number, last: number): void {
    const position = this.positions.get(topic, partition);
    if (position === undefined || first > position.next || last < position.next) return;
    this.passOver(position, last + 1);
    this.startInterval();
  }

  /** Reads what other programs have committed to the tables, whether there is anything to commit or not. */
  refreshTables(): void {
    if (this.refreshing) return;
    this.refreshing = true;
    const { table, deadLetters } = this.options;
    const refreshed = this.workOnTables(async () => {
      await table.refresh();
      await deadLetters.refresh();
    });
    refreshed.catch(() => {}).finally(() => (this.refreshing = false));
  }

  /** Stops taking messages, commits those taken, and reports their offsets to Kafka. */
  async finish(): Promise<void> {
    this.closing = true;
    if (this.failure !== undefined) return;
    await this.startFlush().committed;
    this.drop();
    await within(reportWithinMs, this.reported);
  }

  private takesNothing(): boolean {
    return this.failure !== undefined || this.closing;
  }

  /** Gives messages to the writer, from index `from` on, as many as there is room for. @returns the index of the next message */
  private take(position: Position, messages: readonly KafkaMessage[], from: number): number {
    let to = from;
    for (let message = messages[to]; message !== undefined && !this.fill.isFull; message = messages[++to]) {
      const offset = offsetOf(message);
      if (offset > position.next) this.passOver(position, offset);
      position.next = offset + 1;
      this.fill.add(lengthOf(message));
    }
    this.options.writer.add(packMessages(this.indexOf(position), messages.slice(from, to)));
    this.options.counts.messagesRead += to - from;
    this.options.commitMonitor.read(Number(messages[from]?.timestamp));
    this.options.onProgress(position);
    return to;
  }

  /** The partition's index in the writer's list. */
  private indexOf({ tableTopic, partition }: Position): number {
    return this.points.findIndex((point) => point.tableTopic === tableTopic && point.partition === partition);
  }

  private passOver(position: Position, to: number): void {
    this.options.skipped.recordGap(position, position.next, to, "the broker has nothing to read there");
    position.next = to;
    this.options.commitMonitor.read();
  }

  /**
   * Handles a batch from beyond the requested offset: Kafka's client starts at the oldest message, without an error, when that offset
   * does not exist. What the topic holds decides how to continue, never the batch.
   */
  private missed(position: Position): void {
    const appId = appIdOf(position);
    const misses = (this.misses.get(appId) ?? 0) + 1;
    this.misses.set(appId, misses);
    if (misses <= maxMisses) {
      this.restart();
      return;
    }
    this.fail(
      new LakeError(
        "OFFSET_UNREADABLE",
        `topic "${position.topic}" partition ${position.partition} has offset ${position.next}, but brokers answered from ` +
          `another offset ${misses} times in a row: look at the brokers' logs`,
        { retriable: true },
      ),
    );
  }

  private drop(): void {
    this.epoch++;
    this.epochEnd.abort();
    this.epochEnd = new AbortController();
    this.options.writer.begin([]);
    this.options.commitMonitor.drop(this.positions);
    this.fill.empty();
    this.positions.reset([]);
    this.watch.stop();
    this.timers.stop();
  }

  private restart(): void {
    this.drop();
    const { epoch } = this;
    this.ready = this.workOnTables(() => this.position(epoch)).catch(() => {});
  }

  /** Takes the positions from the table, and seeks there. */
  private async position(epoch: number): Promise<void> {
    const { kafka, table, deadLetters, writer, commitMonitor, onLostOffsets, signal, onPositioned } =
      this.options;
    if (this.assigned === undefined) return;
    const { consumer, partitions } = this.assigned;
    await table.refresh();
    await deadLetters.refresh();
    if (epoch !== this.epoch) return;
    const until = AbortSignal.any([signal, this.epochEnd.signal]);
    const found = await findStartingPoints({ kafka, table, onLostOffsets, signal: until }, partitions);
    if (found === undefined || epoch !== this.epoch) return;
    const { points } = found;
    try {
      for (const { topic, partition, next } of points)
        consumer.seek({ topic, partition, offset: String(next) });
    } catch (error) {
      // The consumer has ended meanwhile; the next one receives its own assignment.
      if (!isFromKafka(error)) throw error;
      return;
    }
    this.positions.reset(points);
    commitMonitor.positioned(points);
    this.watch.watch(found.identities);
    this.points = points;
    this.deadLetterOffsets = deadLetterOffsets(points, deadLetters.state.transactions);
    writer.begin(
      points.map(({ tableTopic, partition }, index) => ({
        tableTopic,
        partition,
        deadLettersFrom: this.deadLetterOffsets[index]?.stored ?? 0,
      })),
    );
    this.startInterval();
    onPositioned(points);
  }

  /** Commits the buffer after the work that is queued already; `begun` resolves when the buffer has room again. */
  private startFlush(): { readonly begun: Promise<unknown>; readonly committed: Promise<void> } {
    const begun = Promise.withResolvers<unknown>();
    const onBegun = () => begun.resolve(undefined);
    const committed = this.workOnTables(async () => {
      this.timers.stop();
      const steps = this.positions.seal();
      if (steps.length === 0) return;
      const { commitMonitor } = this.options;
      commitMonitor.flushBegan();
      await this.flush(steps, onBegun).finally(() => commitMonitor.flushEnded());
    }).finally(onBegun);
    committed.catch(() => {});
    return { begun: begun.promise, committed };
  }

  /** Writes and commits the buffer, which ends with these steps; calls `onBegun` when the buffer has room again. */
  private async flush(steps: readonly SealedStep[], onBegun: () => void): Promise<void> {
    const { assigned, deadLetterOffsets } = this;
    const { writer, committer } = this.options;
    const began = performance.now();
    const writing = writer.flush();
    this.fill.empty();
    onBegun();
    // Asked after the last of these messages came: if the topic is the known one still, all of them are from it.
    const changed = this.watch.hasChanged();
    changed.catch(() => {});
    const written = await writing;
    if (await changed) {
      this.restart();
      return;
    }
    const outcome = await committer.commit(written, steps, deadLetterOffsets, began);
    if (outcome === "overtaken") {
      this.restart();
      return;
    }
    this.options.commitMonitor.committed(steps.map((step) => ({ ...step, next: step.to })));
    if (assigned !== undefined) this.reported = this.report(assigned.consumer, steps);
  }

  /** Commits offsets to Kafka, for displays of the lag only: nothing here reads them, so a failure does not matter. */
  private async report(consumer: Consumer, steps: readonly SealedStep[]): Promise<void> {
    const { faults } = this.options;
    const offsets = steps.map(({ topic, partition, to }) => ({ topic, partition, offset: String(to) }));
    faults.reach("before Kafka commit");
    await consumer.commitOffsets(offsets).catch(() => {});
    faults.reach("after Kafka commit");
  }

  private startInterval(): void {
    if (this.positions.hasProgress) this.timers.startInterval();
  }

  /** Runs work on the tables after all work that was queued before; none after a failure. */
  private workOnTables<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.queue.run(async () => {
      if (this.failure !== undefined) throw this.failure.error;
      try {
        return await work();
      } catch (error) {
        // Before the next piece starts: it would rely on what this one should have committed.
        this.fail(error);
        throw error;
      }
    });
  }

  private fail(error: unknown): void {
    if (this.failure !== undefined) return;
    this.failure = { error };
    this.drop();
    this.options.onFailed(error);
  }
}

/** Waits for work, and keeps this process in its group meanwhile. */
async function withHeartbeats(
  work: Promise<unknown>,
  member: Pick<EachBatchPayload, "heartbeat">,
): Promise<void> {
  while ((await within(heartbeatEveryMs, work)).kind === "late") await member.heartbeat();
}
