import type { Acknowledgement, OutgoingMessage } from "../shared/kafka";
import type { Logger } from "../shared/logger";
import { counted, showDuration } from "../shared/text";
import type { BoundedBuffer } from "./buffer";
import type { Observed } from "./sensor";

/** An observation on its way, with what Kafka is given of it. */
export interface Outgoing extends OutgoingMessage {
  readonly observed: Observed;
}

/** What delivery needs of a producer. */
export interface Publisher {
  group<Item extends OutgoingMessage>(messages: readonly Item[]): Item[][];
  send(group: readonly OutgoingMessage[], giveUp: AbortSignal): Promise<Acknowledgement | undefined>;
}

export interface DeliveryOptions {
  readonly publisher: Publisher;
  readonly buffer: BoundedBuffer<Observed>;
  readonly logger: Logger;
  readonly onAcknowledged: (group: readonly Outgoing[], acknowledgement: Acknowledgement) => void;
  readonly now?: () => number;
}

const batchLimit = 1000;
/** A send that takes longer counts as an outage, also when no error has come yet. */
const slowAfterMs = 3000;
const reminderEveryMs = 60_000;

interface Outage {
  readonly sinceMs: number;
  /** Observations sent and dropped when it began. */
  readonly sent: number;
  readonly dropped: number;
  /** How many will have been sent when all that waited at its end is; known from its end on. */
  sentWhenOver?: number;
}

/**
 * Sends what the sensors observed, in order, one send at a time. While the brokers are away the observations wait in the
 * buffer; those being sent wait beside it, because they may have been written already and must not be given up.
 */
export class Delivery {
  private wake: (() => void) | undefined;
  private draining = false;
  private sentCount = 0;
  private inFlight = 0;
  private outage: Outage | undefined;
  private slowTimer: NodeJS.Timeout | undefined;
  private reminder: NodeJS.Timeout | undefined;
  private readonly now: () => number;

  constructor(private readonly options: DeliveryOptions) {
    this.now = options.now ?? Date.now;
  }

  /** How many observations were acknowledged. */
  get sent(): number {
    return this.sentCount;
  }

  /** How many are not acknowledged yet. */
  get waiting(): number {
    return this.inFlight + this.options.buffer.size;
  }

  observe(observed: Observed): void {
    const { buffer, logger } = this.options;
    if (buffer.push(observed) && buffer.dropped === (this.outage?.dropped ?? 0) + 1) {
      logger.warn(`the buffer is full (${counted(buffer.limit, "observation")}): dropping the oldest`);
    }
    this.wake?.();
  }

  /** Sends until {@link drain} was called and everything is sent, or until `giveUp` aborts. */
  async run(giveUp: AbortSignal): Promise<void> {
    try {
      while (!giveUp.aborted) {
        const batch = this.options.buffer.take(batchLimit);
        if (batch.length > 0) await this.sendBatch(batch, giveUp);
        else if (this.draining) return;
        else await this.observed(giveUp);
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
    if (this.outage !== undefined) return;
    const { buffer, logger } = this.options;
    this.outage = { sinceMs: this.now(), sent: this.sentCount, dropped: buffer.dropped };
    logger.warn(`brokers away: keeping observations, ${this.waiting} buffered (${reason})`);
    this.reminder = setInterval(() => {
      const dropped = buffer.dropped - (this.outage?.dropped ?? 0);
      logger.warn(`brokers still away: ${this.waiting} buffered, ${dropped} dropped`);
    }, reminderEveryMs).unref();
  }

  private async sendBatch(batch: readonly Observed[], giveUp: AbortSignal): Promise<void> {
    const { publisher, onAcknowledged } = this.options;
    const messages = batch.map((observed) => ({
      key: observed.sensor.key,
      value: observed.sensor.encode(observed),
      observed,
    }));
    this.inFlight = messages.length;
    for (const group of publisher.group(messages)) {
      this.slowTimer = setTimeout(() => this.away("no acknowledgement yet"), slowAfterMs).unref();
      const acknowledgement = await publisher.send(group, giveUp);
      clearTimeout(this.slowTimer);
      if (acknowledgement === undefined) return;
      this.inFlight -= group.length;
      this.sentCount += group.length;
      onAcknowledged(group, acknowledgement);
      this.back();
    }
  }

  /** Reports the end of an outage once what waited for it is sent. */
  private back(): void {
    if (this.outage === undefined) return;
    this.outage.sentWhenOver ??= this.sentCount + this.waiting;
    if (this.sentCount < this.outage.sentWhenOver && this.waiting > 0) return;
    const { buffer, logger } = this.options;
    const sent = this.sentCount - this.outage.sent;
    const dropped = buffer.dropped - this.outage.dropped;
    const after = showDuration(this.now() - this.outage.sinceMs);
    logger.info(`brokers back after ${after}: ${sent} sent, ${dropped} dropped`);
    this.outage = undefined;
    clearInterval(this.reminder);
  }

  private observed(giveUp: AbortSignal): Promise<void> {
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
