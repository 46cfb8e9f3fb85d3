import { aborted, delay, within } from "../../shared/shutdown";
import {
  type Assignment,
  type Consumer,
  type EachBatchPayload,
  fetchedOffset,
  isFromKafka,
  type KafkaClient,
  type KafkaMessage,
  topicOffsets,
} from "../../shared/kafka";
import { RowBuffer, type BufferLimits } from "./buffer";
import type { Committer } from "./committer";
import { LakeError } from "./delta/errors";
import type { DeltaTable } from "./delta/table";
import { appIdOf, type Position, Positions, type SealedStep, type TopicPartition } from "./offsets";
import { rowOf } from "./rows";
import { registerPartitions, type StartingPoint, startingPoints } from "./starting-points";
import type { Tally } from "./tally";

export interface IngestionOptions {
  readonly kafka: KafkaClient;
  readonly table: DeltaTable;
  readonly committer: Committer;
  readonly tally: Tally;
  readonly limits: BufferLimits;
  /** How long a row may wait for its commit, in milliseconds. */
  readonly flushIntervalMs: number;
  /** Aborts when reading is to end. */
  readonly signal: AbortSignal;
  /** Called each time reading begins from the table's offsets. */
  readonly onPositioned: (points: readonly StartingPoint[]) => void;
  /** Called once when it cannot go on. */
  readonly onFailed: (error: unknown) => void;
}

const heartbeatEveryMs = 1000;
const lookAgainMs = 1000;
const reportWithinMs = 3000;
/** How often a topic may seem to end before what the table holds of it, until that is believed. */
const mostLooks = 5;
/** How often in a row a partition may be read from elsewhere than asked for. */
const mostMisses = 5;

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
  private readonly buffer: RowBuffer;
  /** Counts the times that everything uncommitted was dropped; work of an older epoch has no effect. */
  private epoch = 0;
  private assigned:
    { readonly consumer: Consumer; readonly partitions: readonly TopicPartition[] } | undefined;
  /** Resolves when the positions are those of the table. */
  private ready: Promise<void> = Promise.resolve();
  /** Resolves when Kafka was told of the latest commit, or could not be. */
  private reported: Promise<void> = Promise.resolve();
  /** The end of the queue of work on the table. */
  private tail: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private closing = false;
  private failed = false;
  /** By partition: how often in a row the brokers answered from a later place than asked for. */
  private readonly misses = new Map<string, number>();

  constructor(private readonly options: IngestionOptions) {
    this.buffer = new RowBuffer(options.limits);
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
    for (const message of batch.messages) {
      const offset = Number(message.offset);
      if (offset < position.next) continue;
      if (offset > position.next) this.passOver(position, offset);
      this.take(position, offset, message);
      if (!this.buffer.isFull) continue;
      await keepingAlive(this.startFlush().begun, payload);
      if (epoch !== this.epoch || this.refuses()) return;
    }
    const end = Number(batch.lastOffset()) + 1;
    if (end > position.next) this.passOver(position, end);
    payload.resolveOffset(batch.lastOffset());
    this.armTimer();
  }

  /** Takes note of offsets, both ends included, that Kafka has nothing to read at. */
  passedOver(topic: string, partition: number, first: number, last: number): void {
    const position = this.positions.get(topic, partition);
    if (position === undefined || first > position.next || last < position.next) return;
    this.passOver(position, last + 1);
    this.armTimer();
  }

  /** Stops taking messages, commits those taken, and tells Kafka how far they came. */
  async finish(): Promise<void> {
    this.closing = true;
    if (this.failed) return;
    await this.startFlush().committed;
    this.drop();
    await within(reportWithinMs, this.reported);
  }

  private refuses(): boolean {
    return this.failed || this.closing;
  }

  private take(position: Position, offset: number, message: KafkaMessage): void {
    const result = rowOf(position.topic, position.partition, message);
    if (result.kind === "row") this.buffer.add(result.row, message.value?.length ?? 0);
    else this.options.tally.skip(position, offset, result.reason);
    position.next = offset + 1;
  }

  private passOver(position: Position, to: number): void {
    this.options.tally.gap(position, position.next, to, "the broker has nothing to read there");
    position.next = to;
  }

  /**
   * A batch came from beyond the offset that was asked for: Kafka's client starts at the oldest message, without saying
   * so, when that offset does not exist. What the topic holds decides, never the batch.
   */
  private missed(position: Position): void {
    const appId = appIdOf(position);
    const misses = (this.misses.get(appId) ?? 0) + 1;
    this.misses.set(appId, misses);
    if (misses <= mostMisses) {
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
    this.buffer.take();
    this.positions.reset([]);
    this.disarmTimer();
  }

  private beginAnew(): void {
    this.drop();
    const { epoch } = this;
    this.ready = this.inTurn(() => this.position(epoch)).catch((error: unknown) => this.fail(error));
  }

  /** Sets the positions by the table, and seeks there. */
  private async position(epoch: number): Promise<void> {
    const { table, tally, signal, onPositioned } = this.options;
    if (this.assigned === undefined) return;
    const { consumer, partitions } = this.assigned;
    await table.refresh();
    await registerPartitions(table, partitions);
    // Whoever asks the process to end does not wait for brokers that are away.
    const points = await Promise.race([this.look(partitions), aborted(signal).then(() => undefined)]);
    if (points === undefined || epoch !== this.epoch) return;
    for (const point of points) {
      if (point.next > point.stored)
        tally.gap(point, point.stored, point.next, "the topic has dropped its oldest messages");
    }
    try {
      for (const { topic, partition, next } of points)
        consumer.seek({ topic, partition, offset: String(next) });
    } catch (error) {
      // The consumer has ended meanwhile; the next one is given its own assignment.
      if (!isFromKafka(error)) throw error;
      return;
    }
    this.positions.reset(points);
    this.armTimer();
    onPositioned(points);
  }

  private async look(partitions: readonly TopicPartition[]): Promise<StartingPoint[] | undefined> {
    const { kafka, table, signal } = this.options;
    const topics = [...new Set(partitions.map(({ topic }) => topic))];
    for (let look = 1; ; look++) {
      const offsets = await topicOffsets(kafka, topics, signal);
      if (offsets === undefined) return undefined;
      try {
        return startingPoints(partitions, table.state.transactions, offsets);
      } catch (error) {
        // A leader that has just taken over may not know yet how far its partition reaches.
        if (look === mostLooks) throw error;
        await delay(lookAgainMs, signal);
      }
    }
  }

  /** Commits what is buffered when its turn has come; `begun` resolves when the buffer has room again. */
  private startFlush(): { readonly begun: Promise<void>; readonly committed: Promise<void> } {
    let begin = () => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const committed = this.inTurn(async () => {
      this.disarmTimer();
      const rows = this.buffer.take();
      const steps = this.positions.seal();
      begin();
      if (steps.length === 0) return;
      const outcome = await this.options.committer.commit(rows, steps);
      if (outcome === "overtaken") this.beginAnew();
      else if (this.assigned !== undefined) this.reported = reportOffsets(this.assigned.consumer, steps);
    }).finally(begin);
    committed.catch((error: unknown) => this.fail(error));
    return { begun, committed };
  }

  private armTimer(): void {
    if (this.timer !== undefined || !this.positions.hasProgress) return;
    this.timer = setTimeout(() => void this.startFlush(), this.options.flushIntervalMs);
  }

  private disarmTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Does work on the table after all that was asked for before; nothing after a failure. */
  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.tail.then(() => {
      if (this.failed) throw new Error("the lake has failed");
      return work();
    });
    this.tail = result.catch(() => {});
    return result;
  }

  private fail(error: unknown): void {
    if (this.failed) return;
    this.failed = true;
    this.drop();
    this.options.onFailed(error);
  }
}

/** Kafka's own record of offsets is for lag displays alone: nothing here reads it, and no failure of it matters. */
async function reportOffsets(consumer: Consumer, steps: readonly SealedStep[]): Promise<void> {
  const offsets = steps.map(({ topic, partition, to }) => ({ topic, partition, offset: String(to) }));
  await consumer.commitOffsets(offsets).catch(() => {});
}

/** Waits for work, and tells the group meanwhile that this process lives. */
async function keepingAlive(
  work: Promise<unknown>,
  member: Pick<EachBatchPayload, "heartbeat">,
): Promise<void> {
  while ((await within(heartbeatEveryMs, work)).kind === "late") await member.heartbeat();
}
