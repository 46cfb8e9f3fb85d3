import type { RecordBatch } from "../../shared/kafka";
import type { Logger } from "../../shared/logger";
import { delay } from "../../shared/shutdown";
import { StallWatch } from "../../shared/stall-watch";
import { counted, showDuration } from "../../shared/text";
import type { CountsByDevice } from "../report/counts-by-device";
import type { ObservationRing } from "./observation-ring";
import type { Outgoing, OutgoingRow, PartitionsOfSensors } from "./batch-writer";
import type { RateLimit } from "./rate-limit";

/** What delivery needs of a producer. */
export interface Publisher {
  readonly partitionCount: number;
  send(
    batches: ReadonlyMap<number, RecordBatch>,
    onAcknowledged: (partition: number, batch: RecordBatch, baseOffset: bigint | undefined) => void,
    giveUp: AbortSignal,
  ): Promise<"acknowledged" | "aborted">;
}

/** Observations that a partition has. */
export interface Acknowledged {
  readonly count: number;
  readonly partition: number;
  /** Offset of the first; not known when the broker only says that it has them already. */
  readonly baseOffset: bigint | undefined;
  /** The observations themselves, if rows are kept. */
  readonly rows: readonly OutgoingRow[];
}

export interface DeliveryOptions {
  readonly publisher: Publisher;
  readonly ring: ObservationRing;
  readonly counts: CountsByDevice;
  readonly partitions: PartitionsOfSensors;
  /** Two, so that one is filled while the other is on its way. */
  readonly outgoing: readonly [Outgoing, Outgoing];
  readonly rate: RateLimit;
  readonly logger: Logger;
  readonly onAcknowledged: (acknowledged: Acknowledged) => void;
  /** Called when observations were taken from the ring. */
  readonly onRoom?: () => void;
  readonly now?: () => number;
  /** A clock that nobody sets, in milliseconds. */
  readonly elapsed?: () => number;
}

/** A send that takes longer counts as an outage, also when no error has come yet. */
const slowAfterMs = 3000;
const reminderEveryMs = 60_000;
const noAnswerYet = "no acknowledgement yet";

interface Outage {
  readonly sinceMs: number;
  /** Observations acknowledged and dropped when it began. */
  readonly acknowledged: number;
  readonly dropped: number;
  /** How many will have been acknowledged when all that waited at its end is; known from its end on. */
  acknowledgedWhenOver?: number;
}

/**
 * Sends what the sensors observed, in order, one send at a time. While the brokers are away the observations wait in the ring; those
 * being sent wait beside it, because they may have been written already and must not be given up.
 */
export class Delivery {
  private wake: (() => void) | undefined;
  private draining = false;
  private sentCount = 0;
  private acknowledgedCount = 0;
  private outage: Outage | undefined;
  /** Said once an outage, and once between two. */
  private toldOfDrops = false;
  private slowTimer: NodeJS.Timeout | undefined;
  private reminder: NodeJS.Timeout | undefined;
  private readonly now: () => number;
  /** Over what waits to be acknowledged. */
  private readonly watch: StallWatch;
  /** Why what was tried last did not succeed. */
  private latestReason = noAnswerYet;

  constructor(private readonly options: DeliveryOptions) {
    this.now = options.now ?? Date.now;
    this.watch = new StallWatch(options.elapsed);
    this.watch.begin();
  }

  /** How many observations were handed to brokers at least once. */
  get sent(): number {
    return this.sentCount;
  }

  /** How many of them were acknowledged. */
  get acknowledged(): number {
    return this.acknowledgedCount;
  }

  /** How many are not acknowledged yet. */
  get waiting(): number {
    const { ring, outgoing } = this.options;
    return ring.size + outgoing[0].count + outgoing[1].count - this.acknowledgedOfSend;
  }
  private acknowledgedOfSend = 0;

  /** What is wrong in one line: messages wait, and none has been acknowledged for too long. */
  get complaint(): string | undefined {
    if (this.waiting === 0) return undefined;
    const silence = this.watch.complaint("no message was acknowledged");
    return silence && `${silence} and ${this.waiting} wait: ${this.latestReason}`;
  }

  /** There is something in the ring that was not there before. */
  observed(): void {
    this.wake?.();
  }

  /** An observation had to be dropped. */
  dropped(): void {
    const { ring, logger } = this.options;
    if (this.toldOfDrops) return;
    this.toldOfDrops = true;
    logger.warn(`the buffer is full (${counted(ring.limit, "observation")}): dropping what does not fit`);
  }

  /** Sends until {@link drain} was called and everything is sent, or until `giveUp` aborts. */
  async run(giveUp: AbortSignal): Promise<void> {
    const { outgoing } = this.options;
    try {
      for (let turn = 0; !giveUp.aborted; turn++) {
        const current = outgoing[turn % 2 === 0 ? 0 : 1];
        const next = outgoing[turn % 2 === 0 ? 1 : 0];
        if ((await this.fillWithSome(current, giveUp)) === "ended") return;
        if ((await this.send(current, next, giveUp)) === "aborted") return;
      }
    } finally {
      clearTimeout(this.slowTimer);
      clearInterval(this.reminder);
    }
  }

  /** No more observations come: {@link run} ends when the last is sent. */
  drain(): void {
    this.draining = true;
    this.wake?.();
  }

  /** The brokers cannot be sent to; observations are kept until they can. */
  away(reason: string): void {
    this.latestReason = reason;
    if (this.outage !== undefined) return;
    const { ring, logger } = this.options;
    this.toldOfDrops = false;
    this.outage = { sinceMs: this.now(), acknowledged: this.acknowledgedCount, dropped: ring.dropped };
    logger.warn(`brokers away: keeping observations, ${this.waiting} buffered (${reason})`);
    this.reminder = setInterval(() => {
      const dropped = ring.dropped - (this.outage?.dropped ?? 0);
      logger.warn(`brokers still away: ${this.waiting} buffered, ${dropped} dropped`);
    }, reminderEveryMs).unref();
  }

  /** Waits until there is something to send; "ended" if nothing will come any more. */
  private async fillWithSome(outgoing: Outgoing, giveUp: AbortSignal): Promise<"filled" | "ended"> {
    const { ring, rate } = this.options;
    while (this.fill(outgoing) === 0 && outgoing.count === 0) {
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

  private fill(outgoing: Outgoing): number {
    const { ring, partitions, publisher, rate, onRoom } = this.options;
    partitions.update(publisher.partitionCount);
    const taken = outgoing.fill(ring, partitions, rate.allowance, this.now());
    rate.take(taken);
    if (taken > 0) onRoom?.();
    return taken;
  }

  private async send(
    current: Outgoing,
    next: Outgoing,
    giveUp: AbortSignal,
  ): Promise<"acknowledged" | "aborted"> {
    const { publisher, counts, onAcknowledged } = this.options;
    this.sentCount += current.count;
    this.latestReason = noAnswerYet;
    this.slowTimer = setTimeout(() => this.away(noAnswerYet), slowAfterMs).unref();
    const sending = publisher.send(
      current.filled,
      (partition, batch, baseOffset) => {
        this.acknowledgedCount += batch.count;
        this.acknowledgedOfSend += batch.count;
        counts.acknowledged(current.devicesOf(partition));
        this.watch.progress();
        onAcknowledged({ count: batch.count, partition, baseOffset, rows: current.rowsOf(partition) });
      },
      giveUp,
    );
    // The brokers write meanwhile.
    this.fill(next);
    const outcome = await sending;
    clearTimeout(this.slowTimer);
    if (outcome === "aborted") return outcome;
    current.clear();
    this.acknowledgedOfSend = 0;
    this.back();
    return outcome;
  }

  /** Reports the end of an outage once what waited for it is sent. */
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
    this.toldOfDrops = false;
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
