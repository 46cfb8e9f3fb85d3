import type { Logger } from "../../logger";
import { doublingDelay } from "../../retry";
import { aborted, delay, within } from "../../shutdown";
import { fetchOfManyExchange } from "../requests/fetch";
import { listOffsetsExchange } from "../requests/list-offsets";
import { metadataExchange } from "../requests/metadata";
import type { BrokerConnections } from "../transport/broker-connection";
import { isFromKafka, kafkaReason } from "../transport/errors";
import { BrokerReader, type Reading } from "./broker-reader";
import { BusyShare } from "./delivery";
import {
  followableSince,
  type FollowedPosition,
  type Follower,
  type FollowOptions,
  type FollowRequests,
} from "./options";
import { FollowedTopics } from "./topics";

/**
 * Reads many topics at once from their leaders, without a consumer group. Each message from the begin on comes once, in the order of its
 * partition, within milliseconds of being written. Brokers that are away, leaders that change, and topics and partitions that are created
 * later are waited for. Messages of aborted transactions are included.
 */
export function follow(
  kafka: { readonly logger: Logger; brokerConnections(): BrokerConnections },
  options: FollowOptions,
): Follower {
  return new Following(followRequests(kafka.brokerConnections()), options, kafka.logger);
}

/** Sends the requests to brokers. */
function followRequests(connections: BrokerConnections): FollowRequests {
  return {
    async describe(topics) {
      const description = await connections.askAny(metadataExchange(topics), followableSince);
      connections.learn(description.brokers);
      return description;
    },
    listOffsets: (broker, kind, partitions) =>
      connections.askBroker(broker, listOffsetsExchange(kind, partitions), followableSince),
    fetch: (broker, asked) => connections.askBroker(broker, fetchOfManyExchange(asked), followableSince),
    close: () => connections.close(),
  };
}

/** How often leaders are looked up if all is well. */
const calmLookupMs = 5000;
/** And if something is missing: longer each time. */
const hurriedLookupMs = doublingDelay(50, 1000);
/** A broker that takes longer hangs: another one is asked. */
const describeWithinMs = 3000;
/** A broker that has just started may not know all topics yet: whoever reads a past waits this long for topics that do not exist. */
const settleMs = 3000;

/** Looks up leaders, and runs a reader for each broker that leads something. */
export class Following implements Follower {
  readonly done: Promise<"aborted" | "ended">;
  private readonly stopping = new AbortController();
  private readonly topics: FollowedTopics;
  private readonly reading: Reading;
  private readonly readers = new Map<number, Promise<void>>();
  private readonly failure = Promise.withResolvers<never>();
  private hurry = new AbortController();
  private hurriedLookups = 0;
  private firstLookupMs: number | undefined;

  constructor(
    private readonly requests: FollowRequests,
    private readonly options: FollowOptions,
    private readonly logger: Logger,
  ) {
    const signal = AbortSignal.any([options.signal, this.stopping.signal]);
    this.topics = new FollowedTopics(options);
    this.reading = {
      requests,
      options: { ...options, signal },
      share: new BusyShare(options.busyShare ?? 1, signal),
      logger,
      partitions: () => this.topics.partitions(),
      onLeaderLost: () => this.hurry.abort(),
    };
    this.done = this.run();
  }

  position(topic: string, partition: number): FollowedPosition | undefined {
    return this.topics.position(topic, partition);
  }

  positions(topic: string): readonly FollowedPosition[] {
    return this.topics.positions(topic);
  }

  private async run(): Promise<"aborted" | "ended"> {
    try {
      await Promise.race([this.lookUpLeaders(), this.failure.promise]);
      return this.options.signal.aborted ? "aborted" : "ended";
    } finally {
      this.stopping.abort();
      await Promise.all([this.requests.close(), ...this.readers.values()]);
    }
  }

  /** Looks up leaders until everything is read, or the signal aborts. */
  private async lookUpLeaders(): Promise<void> {
    const { signal } = this.reading.options;
    if (this.options.topics.length === 0) {
      if (this.options.end === undefined) await aborted(signal);
      return;
    }
    while (!signal.aborted) {
      await this.describe();
      if (this.isAllRead()) return;
      await this.pause(signal);
    }
  }

  private async describe(): Promise<void> {
    try {
      const described = await within(describeWithinMs, this.requests.describe(this.options.topics));
      if (described.kind === "late" || this.stopping.signal.aborted) return;
      this.topics.learn(described.result);
      this.firstLookupMs ??= performance.now();
      this.startReaders();
    } catch (error) {
      if (!isFromKafka(error)) throw error;
      this.logger.debug(`the leaders of topics could not be looked up: ${kafkaReason(error)}`);
    }
  }

  private startReaders(): void {
    if (this.reading.options.signal.aborted) return;
    for (const { leader } of this.topics.partitions()) {
      if (leader < 0 || this.readers.has(leader)) continue;
      const reader = new BrokerReader(leader, this.reading);
      const ended = reader
        .run()
        .catch((error: unknown) => this.failure.reject(error))
        .finally(() => {
          this.readers.delete(leader);
          // The broker may have become the leader of a partition meanwhile, or everything may be read.
          this.hurry.abort();
        });
      this.readers.set(leader, ended);
    }
  }

  private isAllRead(): boolean {
    const { end, topics } = this.options;
    if (end === undefined || this.firstLookupMs === undefined || this.topics.partitions().length > 0)
      return false;
    return this.topics.count === topics.length || performance.now() - this.firstLookupMs >= settleMs;
  }

  private async pause(signal: AbortSignal): Promise<void> {
    if (this.topics.isComplete) {
      const calm = await delay(calmLookupMs, AbortSignal.any([signal, this.hurry.signal]));
      if (calm === "elapsed") {
        this.hurriedLookups = 0;
        return;
      }
    }
    await delay(hurriedLookupMs(++this.hurriedLookups), signal);
    this.hurry = new AbortController();
  }
}
