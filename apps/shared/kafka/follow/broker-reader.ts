import type { Logger } from "../../logger";
import { delay } from "../../shutdown";
import { isFromKafka, kafkaReason } from "../transport/errors";
import type { FetchedMany } from "../requests/fetch-session";
import { errorTypeOf } from "../requests/refusal";
import { findBounds } from "./bounds";
import type { BusyShare } from "./busy-share";
import { deliver } from "./delivery";
import type { FollowOptions } from "./options";
import type { FollowedPartition } from "./partition";
import type { FollowRequests } from "./requests";
import { FetchSession } from "./session";

/** What readers of all brokers share. */
export interface Reading {
  readonly requests: FollowRequests;
  readonly options: FollowOptions;
  readonly share: BusyShare;
  readonly logger: Logger;
  /** All partitions that are to be read. */
  readonly partitions: () => readonly FollowedPartition[];
  /** Asks for leaders to be looked for soon. */
  readonly onLeaderLost: () => void;
}

/** How long a broker waits for messages where there are none, and how much it sends at once. */
const fetchLimits = { maxWaitMs: 500, maxBytes: 2_097_152, maxBytesOfPartition: 1_048_576 } as const;
const offsetOutOfRange = 1;
const retryMs = { first: 100, longest: 1000 } as const;

/**
 * A broker looks at all partitions of a session at each fetch. Where they are many and each gets messages now and then, it would be
 * asked as often as messages come: so many partitions a second it is to look at.
 */
const partitionsPerMs = 20;
const longestPauseMs = 50;
/** With so much at once, there is likely more. */
const largeAnswerBytes = 262_144;

/** Reads the partitions that one broker leads, with one fetch at a time, for as long as there are any. */
export class BrokerReader {
  private readonly session = new FetchSession();
  private failures = 0;

  constructor(
    private readonly broker: number,
    private readonly reading: Reading,
  ) {}

  /** @throws what the options' callbacks throw, or TooOldBroker */
  async run(): Promise<void> {
    const { signal } = this.reading.options;
    for (let own = this.own(); own.length > 0 && !signal.aborted; own = this.own()) {
      try {
        await this.readOn(own);
        this.failures = 0;
      } catch (error) {
        if (!isFromKafka(error)) throw error;
        this.reading.logger.debug(`broker ${this.broker} could not be read: ${kafkaReason(error)}`);
        this.session.restart();
        this.reading.onLeaderLost();
        await delay(Math.min(retryMs.first * 2 ** this.failures++, retryMs.longest), signal);
      }
    }
  }

  private own(): FollowedPartition[] {
    return this.reading.partitions().filter(({ leader }) => leader === this.broker);
  }

  private async readOn(own: readonly FollowedPartition[]): Promise<void> {
    const { requests, options } = this.reading;
    await findBounds(this.broker, own, this.reading);
    const wanted = own.filter(
      (partition) =>
        partition.leader === this.broker && partition.hasBegun && !partition.isDone && !partition.isBusy,
    );
    if (wanted.length === 0) {
      await delay(retryMs.first, options.signal);
      return;
    }
    const answer = await requests.fetch(this.broker, { ...fetchLimits, ...this.session.request(wanted) });
    if (!this.session.answered(answer)) {
      this.reading.logger.debug(`broker ${this.broker} began anew: ${errorTypeOf(answer.errorCode)}`);
      await delay(retryMs.first, options.signal);
      return;
    }
    const answeredMs = Date.now();
    const bytes = await this.take(answer);
    // Those that the answer does not mention are as they were.
    for (const partition of wanted)
      if (partition.leader === this.broker && !partition.isOutOfRange) partition.asOfMs = answeredMs;
    const pauseMs = bytes >= largeAnswerBytes ? 0 : Math.min(wanted.length / partitionsPerMs, longestPauseMs);
    if (pauseMs >= 1) await delay(pauseMs, options.signal);
  }

  private async take({ partitions }: FetchedMany): Promise<number> {
    const { options, share } = this.reading;
    let bytes = 0;
    for (const fetched of partitions) {
      const asked = this.session.askedFor(fetched);
      // Meanwhile another broker may lead it and have been asked, or it may be of a topic that is gone.
      if (asked === undefined || options.signal.aborted) continue;
      const { partition, offset } = asked;
      const isWanted = !partition.isDone && !partition.isBusy && partition.next === offset;
      if (partition.leader !== this.broker || !isWanted) continue;
      if (fetched.errorCode === offsetOutOfRange) partition.isOutOfRange = true;
      else if (fetched.errorCode !== 0) this.lose(partition, fetched.errorCode);
      else {
        const { highWatermark, logStart, recordSet } = fetched;
        partition.learn({ earliest: logStart, latest: highWatermark });
        bytes += recordSet.length;
        await deliver(partition, { recordSet, highWatermark, logStart }, options, share);
      }
    }
    return bytes;
  }

  private lose(partition: FollowedPartition, errorCode: number): void {
    const { topic, partition: number } = partition;
    this.reading.logger.debug(
      `broker ${this.broker} does not give topic "${topic}", partition ${number}: ${errorTypeOf(errorCode)}`,
    );
    partition.leader = -1;
    this.reading.onLeaderLost();
  }
}
