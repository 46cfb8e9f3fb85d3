import type { LostOffsetsAction } from "../../../contract/environment/lake";
import { within } from "../../shared/shutdown";
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
} from "../../shared/kafka";
import type { CommitMonitor } from "./commit-monitor";
import type { Committer } from "./committer";
import { type DeadLetterOffsets, deadLetterOffsets } from "./dead-letters";
import { LakeError } from "../../shared/delta/errors";
import type { FaultPoints } from "../../shared/delta/fault-points";
import type { DeltaTable } from "../../shared/delta/table";
import { FillLevel, type FlushLimits } from "./fill-level";
import type { LakeCounts } from "./lake-counts";
import { type Position, Positions, type SealedStep } from "./offsets";
import { appIdOf, type TopicPartition } from "../../shared/lake-table/table-topics";
import { SourceWatch } from "./sources-watch";
import { findStartingPoints, type StartingPoint } from "./starting-points";
import type { Tally } from "./tally";
import { packMessages } from "./writer/message-chunk";
import type { RowSink } from "./writer/row-sink";

export interface IngestionOptions {
  readonly kafka: KafkaClient;
  readonly table: DeltaTable;
  readonly deadLetters: DeltaTable;
  readonly writer: RowSink;
  readonly committer: Committer;
  readonly tally: Tally;
  readonly counts: LakeCounts;
  readonly commitMonitor: CommitMonitor;
  /** A flush begins when one of them is reached. */
  readonly limits: FlushLimits;
  /** How long a row may wait for its commit, in milliseconds. */
  readonly flushIntervalMs: number;
  readonly onLostOffsets: LostOffsetsAction;
  /** Aborts when reading is to end. */
  readonly signal: AbortSignal;
  /** Called each time reading begins from the table's offsets. */
  readonly onPositioned: (points: readonly StartingPoint[]) => void;
  /** Called whenever some of a batch has been taken, with how far its partition is read now. */
  readonly onProgress: (position: TopicPartition & Pick<Position, "next">) => void;
  /** Called once when it cannot go on. */
  readonly onFailed: (error: unknown) => void;
  readonly faults: FaultPoints;
}

const heartbeatEveryMs = 1000;
const lullMs = 100;
const reportWithinMs = 3000;
/** How often in a row a partition may be read from elsewhere than asked for. */
const maxMisses = 5;

/**
 * Moves messages of Kafka into the table, each exactly once: the table alone knows how far each partition has come.
 * Whenever the assignment changes, or another consumer of the lake was faster, what is not committed is dropped and read
 * again from where the table stands.
 *
 * Everything that touches the table happens one after the other; reading goes on meanwhile, up to the limits of a second
 * buffer.
 */
export class Ingestion {
  private readonly positions = new Positions();
  /** The partitions that are read, in the order that the writer knows. */
  private points: readonly StartingPoint[] = [];
  /** How far the dead letters of the partitions that are read have come, in the order that the writer knows. */
  private deadLetterOffsets: DeadLetterOffsets = [];
  /** What has been given to the writer since the last flush. */
  private readonly fill: FillLevel;
  /** Counts the times that everything uncommitted was dropped; work of an older epoch has no effect. */
  private epoch = 0;
  /** Aborts with the epoch: what was asked of the brokers for it may never be answered. */
  private epochEnd = new AbortController();
  private assigned:
    { readonly consumer: Consumer; readonly partitions: readonly TopicPartition[] } | undefined;
  /** Resolves when the positions are those of the table. */
  private ready: Promise<void> = Promise.resolve();
  /** Resolves when Kafka was told of the latest commit, or could not be. */
  private reported: Promise<void> = Promise.resolve();
  /** The end of the queue of work on the table. */
  private tail: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  /** Goes off when much has come and then nothing for a moment. */
  private lull: NodeJS.Timeout | undefined;
  private readonly watch: SourceWatch;
  private closing = false;
  /** Whether the tables are to be looked at when their turn comes. */
  private looking = false;
  /** Why it cannot go on. */
  private failure: { readonly error: unknown } | undefined;
  /** By partition: how often in a row the brokers answered from a later place than asked for. */
  private readonly misses = new Map<string, number>();

  constructor(private readonly options: IngestionOptions) {
    this.fill = new FillLevel(options.limits);
    this.watch = new SourceWatch(options.kafka, () => this.beginAnew());
  }

  /** The group gave this process partitions: begins anew with them from the table's offsets. */
  assign(consumer: Consumer, assignment: Assignment): void {
    const partitions = Object.entries(assignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => ({ topic, partition })),
    );
    this.assigned = { consumer, partitions };
    this.closing = false;
    this.beginAnew();
  }

  /** Takes what is new of a batch into the buffer; waits while there is no room. */
  async receive(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    await keepingAlive(this.ready, payload);
    const position = this.positions.get(batch.topic, batch.partition);
    if (this.refuses() || position === undefined || payload.isStale()) return;
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
      await keepingAlive(this.fill.isFull ? this.startFlush().begun : this.options.writer.room(), payload);
      if (epoch !== this.epoch || this.refuses()) return;
    }
    const end = Number(batch.lastOffset()) + 1;
    if (end > position.next) this.passOver(position, end);
    payload.resolveOffset(batch.lastOffset());
    this.armTimer();
    this.awaitLull();
  }

  /** Takes note of offsets, both ends included, that Kafka has nothing to read at. */
  passedOver(topic: string, partition: number, first: number, last: number): void {
    const position = this.positions.get(topic, partition);
    if (position === undefined || first > position.next || last < position.next) return;
    this.passOver(position, last + 1);
    this.armTimer();
  }

  /** Sees what others have done to the tables, whether there is anything to commit or not. */
  lookAtTables(): void {
    if (this.looking) return;
    this.looking = true;
    const { table, deadLetters } = this.options;
    const looked = this.inTurn(async () => {
      await table.refresh();
      await deadLetters.refresh();
    });
    looked.catch(() => {}).finally(() => (this.looking = false));
  }

  /** Stops taking messages, commits those taken, and tells Kafka how far they came. */
  async finish(): Promise<void> {
    this.closing = true;
    if (this.failure !== undefined) return;
    await this.startFlush().committed;
    this.drop();
    await within(reportWithinMs, this.reported);
  }

  private refuses(): boolean {
    return this.failure !== undefined || this.closing;
  }

  /** Gives messages to the writer, from `from` on and as many as there is room for. @returns where the others begin */
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

  /** Which of the partitions that the writer knows it is. */
  private indexOf({ tableTopic, partition }: Position): number {
    return this.points.findIndex((point) => point.tableTopic === tableTopic && point.partition === partition);
  }

  private passOver(position: Position, to: number): void {
    this.options.tally.gap(position, position.next, to, "the broker has nothing to read there");
    position.next = to;
    this.options.commitMonitor.read();
  }

  /**
   * A batch came from beyond the offset that was asked for: Kafka's client starts at the oldest message, without saying
   * so, when that offset does not exist. What the topic holds decides, never the batch.
   */
  private missed(position: Position): void {
    const appId = appIdOf(position);
    const misses = (this.misses.get(appId) ?? 0) + 1;
    this.misses.set(appId, misses);
    if (misses <= maxMisses) {
      this.beginAnew();
      return;
    }
    this.fail(
      new LakeError(
        "LAKE_OFFSET_UNREADABLE",
        `topic "${position.topic}" partition ${position.partition} has offset ${position.next}, but reading it is answered ` +
          `from elsewhere, ${misses} times in a row: look at the brokers' logs`,
        { canRetry: true },
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
    this.disarmTimer();
  }

  private beginAnew(): void {
    this.drop();
    const { epoch } = this;
    this.ready = this.inTurn(() => this.position(epoch)).catch(() => {});
  }

  /** Sets the positions by the table, and seeks there. */
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
      // The consumer has ended meanwhile; the next one is given its own assignment.
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
    this.armTimer();
    onPositioned(points);
  }

  /** Commits what is buffered when its turn has come; `begun` resolves when the buffer has room again. */
  private startFlush(): { readonly begun: Promise<void>; readonly committed: Promise<void> } {
    let begin = () => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const committed = this.inTurn(async () => {
      this.disarmTimer();
      const steps = this.positions.seal();
      if (steps.length === 0) return;
      const { commitMonitor } = this.options;
      commitMonitor.flushBegan();
      await this.flush(steps, begin).finally(() => commitMonitor.flushEnded());
    }).finally(begin);
    committed.catch(() => {});
    return { begun, committed };
  }

  /** Writes and commits what is buffered, which comes up to these steps; calls `begin` when the buffer has room again. */
  private async flush(steps: readonly SealedStep[], begin: () => void): Promise<void> {
    const { assigned, deadLetterOffsets } = this;
    const { writer, committer } = this.options;
    const began = performance.now();
    const writing = writer.flush();
    this.fill.empty();
    begin();
    // Asked after the last of these messages came: whatever topic bore the name then, they are from the known one.
    const changed = this.watch.hasChanged();
    changed.catch(() => {});
    const written = await writing;
    if (await changed) {
      this.beginAnew();
      return;
    }
    const outcome = await committer.commit(written, steps, deadLetterOffsets, began);
    if (outcome === "overtaken") {
      this.beginAnew();
      return;
    }
    this.options.commitMonitor.committed(steps.map((step) => ({ ...step, next: step.to })));
    if (assigned !== undefined) this.reported = this.report(assigned.consumer, steps);
  }

  /** Kafka's own record of offsets is for lag displays alone: nothing here reads it, and no failure of it matters. */
  private async report(consumer: Consumer, steps: readonly SealedStep[]): Promise<void> {
    const { faults } = this.options;
    const offsets = steps.map(({ topic, partition, to }) => ({ topic, partition, offset: String(to) }));
    faults.reach("before Kafka commit");
    await consumer.commitOffsets(offsets).catch(() => {});
    faults.reach("after Kafka commit");
  }

  private armTimer(): void {
    if (this.timer !== undefined || !this.positions.hasProgress) return;
    this.timer = setTimeout(() => void this.startFlush(), this.options.flushIntervalMs);
  }

  /** The end of a backlog does not wait for the interval. */
  private awaitLull(): void {
    clearTimeout(this.lull);
    if (this.fill.isAmple) this.lull = setTimeout(() => void this.startFlush(), lullMs);
  }

  private disarmTimer(): void {
    clearTimeout(this.timer);
    clearTimeout(this.lull);
    this.timer = undefined;
  }

  /** Does work on the table after all that was asked for before; nothing after a failure. */
  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.tail.then(() => {
      if (this.failure !== undefined) throw this.failure.error;
      return work();
    });
    // Before the next work begins: what was to be committed first would be missing under it.
    this.tail = result.catch((error: unknown) => this.fail(error));
    return result;
  }

  private fail(error: unknown): void {
    if (this.failure !== undefined) return;
    this.failure = { error };
    this.drop();
    this.options.onFailed(error);
  }
}

/** Waits for work, and tells the group meanwhile that this process lives. */
async function keepingAlive(
  work: Promise<unknown>,
  member: Pick<EachBatchPayload, "heartbeat">,
): Promise<void> {
  while ((await within(heartbeatEveryMs, work)).kind === "late") await member.heartbeat();
}
