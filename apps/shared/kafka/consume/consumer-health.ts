import { StallWatch } from "../../stall-watch";
import type { FetchAnswer } from "../transport/fetch-answers";
import type { Consumer } from "../transport/kafkajs-internals";
import { PartitionProgress } from "./partition-progress";

/**
 * Whether a consumer works: its group answers it, the brokers answer its fetches, it handles what they answered, and it makes progress in
 * each of its partitions. It outlives the consumers of kafkajs, of which each outage ends one.
 */
export class ConsumerHealth {
  private readonly now: () => number;
  private readonly group: StallWatch;
  private readonly fetching: StallWatch;
  private readonly batch: StallWatch;
  private readonly partitions: PartitionProgress;
  /** What last interrupted reading. */
  private failure: { readonly reason: string; readonly atMs: number } | undefined;

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.now = now;
    this.group = new StallWatch(now);
    this.fetching = new StallWatch(now);
    this.batch = new StallWatch(now);
    this.partitions = new PartitionProgress(now);
    this.group.begin();
  }

  /** What is wrong, in one line; undefined while all is well. */
  get complaint(): string | undefined {
    return (
      withReason(this.group.complaint("its group has not answered"), this.failure?.reason) ??
      withReason(this.fetching.complaint("the brokers have not answered a fetch"), this.failure?.reason) ??
      this.batch.complaint("a batch has made no progress") ??
      this.partitions.complaint((sinceMs) =>
        this.failure === undefined || this.failure.atMs <= sinceMs ? "" : `: ${this.failure.reason}`,
      )
    );
  }

  /** Why the consumer does not read yet; undefined once it does. */
  get waiting(): string | undefined {
    if (this.partitions.hasBegun) return undefined;
    return this.failure === undefined
      ? "it has not read anything yet"
      : `it has not read anything yet: ${this.failure.reason}`;
  }

  /** By partition, how long it is since it made progress. */
  silences(): ReturnType<PartitionProgress["silences"]> {
    return this.partitions.silences();
  }

  /** Listens to a new consumer of kafkajs. */
  observe(consumer: Consumer): void {
    const { GROUP_JOIN, HEARTBEAT, REQUEST } = consumer.events;
    consumer.on(GROUP_JOIN, ({ payload }) => {
      this.group.begin();
      this.partitions.assigned(payload.memberAssignment);
      const hasPartitions = Object.values(payload.memberAssignment).some(({ length }) => length > 0);
      if (!hasPartitions) this.fetching.end();
      // For a consumer that joins again and again and never gets a message, the time counts from the first join.
      else if (!this.fetching.isUnderWay) this.fetching.begin();
    });
    consumer.on(HEARTBEAT, () => this.group.begin());
    // kafkajs emits it only for answers. It emits FETCH also if a connection broke, and if there was nobody to ask.
    consumer.on(REQUEST, ({ payload }) => {
      if (payload.apiName === "Fetch") this.fetching.progress();
    });
  }

  /** A leader has answered a fetch, and its answer could be read. */
  answered(answers: Iterable<FetchAnswer>): void {
    for (const answer of answers) this.partitions.answered(answer);
  }

  /** A fetch was answered with nothing that can be read, or reading has ended and begins again. */
  failed(reason: string): void {
    this.failure = { reason, atMs: this.now() };
    this.partitions.dropped();
  }

  /**
   * Handles a batch. Until it is done nothing is fetched.
   * @param of the partition of the batch
   */
  async handling(
    work: () => Promise<void>,
    of?: { readonly topic: string; readonly partition: number },
  ): Promise<void> {
    this.fetching.end();
    this.batch.begin();
    if (of !== undefined) this.partitions.handling(of.topic, of.partition);
    try {
      await work();
    } finally {
      this.batch.end();
      this.fetching.begin();
    }
  }

  /** A part of a batch is done. */
  progressed(): void {
    this.batch.progress();
  }

  /** Everything in a partition before this offset is read. */
  read(topic: string, partition: number, next: number): void {
    this.partitions.read(topic, partition, next);
  }

  /** The brokers have answered that there is nothing to read, so that no group is needed. */
  nothingToRead(): void {
    this.group.begin();
    this.fetching.end();
    this.partitions.nothingAssigned();
  }
}

function withReason(complaint: string | undefined, reason: string | undefined): string | undefined {
  return complaint === undefined || reason === undefined ? complaint : `${complaint}: ${reason}`;
}
