import type { RecordBatch } from "../../shared/kafka";
import type { Logger } from "../../shared/logger";
import { delay } from "../../shared/shutdown";
import { StallWatch } from "../../shared/stall-watch";
import { counted, showDuration } from "../../shared/text";
import type { CountsByDevice } from "../report/counts";
import type { ObservationRing } from "./observation-ring";
import type { BatchRow, BatchWriter, PartitionsOfSensors } from "./batch-writer";
import type { RateLimit } from "./rate-limit";

/** The part of a producer that delivery needs; see `IdempotentProducer`. */
export interface Publisher {
  readonly partitionCount: number;
  send(
    batches: ReadonlyMap<number, RecordBatch>,
    onAcknowledged: (partition: number, batch: RecordBatch, baseOffset: bigint | undefined) => void,
    giveUp: AbortSignal,
  ): Promise<"acknowledged" | "aborted">;
}

/** A batch of observations that a partition has written. */
export interface Acknowledged {
  readonly count: number;
  readonly partition: number;
  /** Offset of the first observation; unknown if the broker only says that it had the batch already. */
  readonly baseOffset: bigint | undefined;
  /** The observations themselves, if rows are kept. */
  readonly rows: readonly BatchRow[];
}

export interface DeliveryOptions {
  readonly ring: ObservationRing;
  readonly counts: CountsByDevice;
  readonly partitions: PartitionsOfSensors;
  /** Two, so that one is filled while the batches of the other are sent. */
  readonly writers: readonly [BatchWriter, BatchWriter];
  readonly rate: RateLimit;
  readonly logger: Logger;
  readonly onAcknowledged: (acknowledged: Acknowledged) => void;
  readonly now?: () => number;
  /** A monotonic clock, in milliseconds. */
  readonly elapsed?: () => number;
}

/** A send that takes longer counts as an outage, even if there was no error yet. */
const slowAfterMs = 3000;
const reminderEveryMs = 60_000;
const noAnswerYet = "no acknowledgement yet";

interface Outage {
  readonly sinceMs: number;
  /** Observations that had been acknowledged and dropped when it began. */
  readonly acknowledged: number;
  readonly dropped: number;
  /** How many are acknowledged once all that waited at its end are sent; known from its end on. */
  acknowledgedWhenOver?: number;
}

/**
 * Sends the observations of the ring in order, one send at a time. While the brokers are away, observations wait in the ring. Those of
 * the current send wait in their batches, where none is dropped: the brokers may have written them already.
 */
export class Delivery {
  private wake: (() => void) | undefined;
  private draining = false;
  private sentCount = 0;
  private acknowledgedCount = 0;
  /** How many of the current send. */
  private acknowledgedOfSend = 0;
  private outage: Outage | undefined;
  /** Drops are logged once in an outage, and once between two. */
  private hasLoggedDrops = false;
  private slowTimer: NodeJS.Timeout | undefined;
  private reminder: NodeJS.Timeout | undefined;
  private readonly now: () => number;
  /** Watches whether waiting messages are acknowledged. */
  private readonly watch: StallWatch;
  /** Why the latest attempt to send did not succeed. */
  private latestReason = noAnswerYet;

  constructor(private readonly options: DeliveryOptions) {
    this.now = options.now ?? Date.now;
    this.watch = new StallWatch(options.elapsed);
    this.watch.begin();
  }

  /** How many observations were sent to brokers at least once. */
  get sent(): number {
    return this.sentCount;
  }

  /** How many of the sent observations were acknowledged. */
  get acknowledged(): number {
    return this.acknowledgedCount;
  }

  /** How many observations are not acknowledged yet, in the ring and in batches. */
  get waiting(): number {
    const { ring, writers } = this.options;
    return ring.size + writers[0].count + writers[1].count - this.acknowledgedOfSend;
  }

  /** What is wrong, in one line: messages wait, and none has been acknowledged for too long. */
  get complaint(): string | undefined {
    if (this.waiting === 0) return undefined;
    const silence = this.watch.complaint("no message was acknowledged");
    return silence && `${silence} and ${this.waiting} wait: ${this.latestReason}`;
  }

  /** Sends what was added to the ring, as soon as the current send is over. */
  observed(): void {
    this.wake?.();
  }

  /** Logs that the ring had to drop an observation. */
  dropped(): void {
    const { ring, logger } = this.options;
    if (this.hasLoggedDrops) return;
    this.hasLoggedDrops = true;
    logger.warn(`the buffer is full (${counted(ring.limit, "observation")}): dropping what does not fit`);
  }

  /**
   * Sends until {@link drain} was called and everything is sent, or until `giveUp` aborts. To be called once.
   * @param onRoom called whenever observations were taken from the ring
   * @throws Error when no repetition can succeed; see {@link Publisher}
   */
  async run(publisher: Publisher, giveUp: AbortSignal, onRoom: () => void): Promise<void> {
    const { writers } = this.options;
    const fill = (writer: BatchWriter) => {
      const taken = this.fill(writer, publisher.partitionCount);
      if (taken > 0) onRoom();
      return taken;
    };
    try {
      for (let turn = 0; !giveUp.aborted; turn++) {
        const current = writers[turn % 2 === 0 ? 0 : 1];
        const next = writers[turn % 2 === 0 ? 1 : 0];
        if ((await this.waitForSome(current, fill, giveUp)) === "ended") return;
        const sending = this.send(publisher, current, giveUp);
        // Meanwhile the brokers write.
        fill(next);
        if ((await sending) === "aborted") return;
        current.clear();
        this.acknowledgedOfSend = 0;
        this.back();
      }
    } finally {
      clearTimeout(this.slowTimer);
      clearInterval(this.reminder);
    }
  }

  /** Lets {@link run} end once everything is sent: no more observations will come. */
  drain(): void {
    this.draining = true;
    this.wake?.();
  }

  /** Notes and logs that the brokers cannot be reached, and why. Observations are kept until they are back. */
  away(reason: string): void {
    this.latestReason = reason;
    if (this.outage !== undefined) return;
    const { ring, logger } = this.options;
    this.hasLoggedDrops = false;
    this.outage = { sinceMs: this.now(), acknowledged: this.acknowledgedCount, dropped: ring.dropped };
    logger.warn(`brokers away: keeping observations, ${this.waiting} buffered (${reason})`);
    this.reminder = setInterval(() => {
      const dropped = ring.dropped - (this.outage?.dropped ?? 0);
      logger.warn(`brokers still away: ${this.waiting} buffered, ${dropped} dropped`);
    }, reminderEveryMs).unref();
  }

  /** Waits until the writer has something to send. @returns "ended" if there will be nothing any more */
  private async waitForSome(
    writer: BatchWriter,
    fill: (writer: BatchWriter) => number,
    giveUp: AbortSignal,
  ): Promise<"filled" | "ended"> {
    const { ring, rate } = this.options;
    while (fill(writer) === 0 && writer.count === 0) {
      if (ring.size > 0) await delay(rate.waitMs, giveUp);
      else if (this.draining) return "ended";
      else {
        await this.somethingObserved(giveUp);
        this.watch.begin();
      }
      if (giveUp.aborted) return "ended";
    }
    return "filled";
  }

  private fill(writer: BatchWriter, partitionCount: number): number {
    const { ring, partitions, rate } = this.options;
    partitions.update(partitionCount);
    const taken = writer.fill(ring, partitions, rate.allowance, this.now());
    rate.take(taken);
    return taken;
  }

  private async send(
    publisher: Publisher,
    writer: BatchWriter,
    giveUp: AbortSignal,
  ): Promise<"acknowledged" | "aborted"> {
    const { counts, onAcknowledged } = this.options;
    this.sentCount += writer.count;
    this.latestReason = noAnswerYet;
    this.slowTimer = setTimeout(() => this.away(noAnswerYet), slowAfterMs).unref();
    const outcome = await publisher.send(
      writer.filled,
      (partition, batch, baseOffset) => {
        this.acknowledgedCount += batch.count;
        this.acknowledgedOfSend += batch.count;
        counts.acknowledged(writer.devicesOf(partition));
        this.watch.progress();
        onAcknowledged({ count: batch.count, partition, baseOffset, rows: writer.rowsOf(partition) });
      },
      giveUp,
    );
    clearTimeout(this.slowTimer);
    return outcome;
  }

  /** Logs the end of an outage once everything that waited for it is sent. */
  private back(): void {
    if (this.outage === undefined) return;
    this.outage.acknowledgedWhenOver ??= this.acknowledgedCount + this.waiting;
    if (this.acknowledgedCount < this.outage.acknowledgedWhenOver && this.waiting > 0) return;
    const { ring, logger } = this.options;
    const sent = this.acknowledgedCount - this.outage.acknowledged;
    const dropped = ring.dropped - this.outage.dropped;
    const after = showDuration(this.now() - this.outage.sinceMs);
    logger.info(`brokers back after ${after}: ${sent} sent, ${dropped} dropped`);
    this.outage = undefined;
    this.hasLoggedDrops = false;
    clearInterval(this.reminder);
  }

  private somethingObserved(giveUp: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.wake = undefined;
        giveUp.removeEventListener("abort", done);
        resolve();
      };
      this.wake = done;
      giveUp.addEventListener("abort", done, { once: true });
    });
  }
}
