import type { Logger } from "../../logger";
import { aborted, delay, within } from "../../shutdown";
import { isFromKafka, kafkaReason } from "../transport/errors";
import { BrokerReader, type Reading } from "./broker-reader";
import { BusyShare } from "./busy-share";
import type { FollowedPosition, Follower, FollowOptions } from "./options";
import type { FollowRequests } from "./requests";
import { FollowedTopics } from "./topics";

/** How often leaders are looked for: where all is well, and where not, longer each time. */
const lookEveryMs = { calm: 5000, first: 50, longest: 1000 } as const;
/** A broker that takes longer hangs: another is asked. */
const describeWithinMs = 3000;
/** A broker that has just started may not know all topics yet: who reads a past waits so long for those that do not exist. */
const settleMs = 3000;

/** Looks for leaders, and has a reader for each broker that leads something. */
export class Following implements Follower {
  readonly done: Promise<"aborted" | "ended">;
  private readonly stopping = new AbortController();
  private readonly topics: FollowedTopics;
  private readonly reading: Reading;
  private readonly readers = new Map<number, Promise<void>>();
  private readonly failure = Promise.withResolvers<never>();
  private hurry = new AbortController();
  private hurriedLooks = 0;
  private firstLookMs: number | undefined;

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
      await Promise.race([this.look(), this.failure.promise]);
      return this.options.signal.aborted ? "aborted" : "ended";
    } finally {
      this.stopping.abort();
      await Promise.all([this.requests.close(), ...this.readers.values()]);
    }
  }

  /** Looks for leaders until all is read or nobody wants it any more. */
  private async look(): Promise<void> {
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
      this.firstLookMs ??= performance.now();
      this.startReaders();
    } catch (error) {
      if (!isFromKafka(error)) throw error;
      this.logger.debug(`leaders of topics could not be looked for: ${kafkaReason(error)}`);
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
          // It may have got partitions while it ended; or else all may be read.
          this.hurry.abort();
        });
      this.readers.set(leader, ended);
    }
  }

  private isAllRead(): boolean {
    const { end, topics } = this.options;
    if (end === undefined || this.firstLookMs === undefined || this.topics.partitions().length > 0)
      return false;
    return this.topics.count === topics.length || performance.now() - this.firstLookMs >= settleMs;
  }

  private async pause(signal: AbortSignal): Promise<void> {
    if (this.topics.isWhole) {
      const calm = await delay(lookEveryMs.calm, AbortSignal.any([signal, this.hurry.signal]));
      if (calm === "elapsed") {
        this.hurriedLooks = 0;
        return;
      }
    }
    await delay(Math.min(lookEveryMs.first * 2 ** this.hurriedLooks++, lookEveryMs.longest), signal);
    this.hurry = new AbortController();
  }
}
