import type { Consumer } from "kafkajs";
import { StallWatch } from "../../stall-watch";
import { type FetchAnswer, PartitionProgress } from "./partition-progress";

/**
 * Whether a consumer lives: its group answers it, the brokers answer its fetches, what they answered gets done, and each of its partitions
 * is read on. It outlives the consumers of kafkajs, of which each outage takes one.
 */
export class ConsumerPulse {
  private readonly now: () => number;
  private readonly group: StallWatch;
  private readonly fetching: StallWatch;
  private readonly batch: StallWatch;
  private readonly partitions: PartitionProgress;
  /** What has ended reading last. */
  private failure: { readonly reason: string; readonly atMs: number } | undefined;

  /** @param now a clock that nobody sets, in milliseconds */
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

  /** Why it cannot be said yet that it reads; undefined once it does. */
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

  /** Listens to what kafkajs tells of a new consumer. */
  follow(consumer: Consumer): void {
    const { GROUP_JOIN, HEARTBEAT, REQUEST } = consumer.events;
    consumer.on(GROUP_JOIN, ({ payload }) => {
      this.group.begin();
      this.partitions.assigned(payload.memberAssignment);
      const hasPartitions = Object.values(payload.memberAssignment).some(({ length }) => length > 0);
      if (!hasPartitions) this.fetching.end();
      // Who joins again and again and never gets a message has not been answered since the first time.
      else if (!this.fetching.isUnderWay) this.fetching.begin();
    });
    consumer.on(HEARTBEAT, () => this.group.begin());
    // Told of answers alone. FETCH is told also where a connection broke, and where there was nobody to ask.
    consumer.on(REQUEST, ({ payload }) => {
      if (payload.apiName === "Fetch") this.fetching.progress();
    });
  }

  /** A leader has answered a fetch, and what it answered could be read. */
  answered(answers: Iterable<FetchAnswer>): void {
    for (const answer of answers) this.partitions.answered(answer);
  }

  /** A fetch was answered with nothing that can be read, or reading has ended and begins again. */
  failed(reason: string): void {
    this.failure = { reason, atMs: this.now() };
    this.partitions.dropped();
  }

  /** Handles a batch: until it is done nothing is fetched. */
  async handling(
    work: () => Promise<void>,
    place?: { readonly topic: string; readonly partition: number },
  ): Promise<void> {
    this.fetching.end();
    this.batch.begin();
    if (place !== undefined) this.partitions.handling(place.topic, place.partition);
    try {
      await work();
    } finally {
      this.batch.end();
      this.fetching.begin();
    }
  }

  /** Some of a batch is done. */
  progressed(): void {
    this.batch.progress();
  }

  /** All of a partition is read before this offset. */
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
