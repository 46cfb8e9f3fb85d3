import type { Consumer } from "kafkajs";
import { StallWatch } from "../stall-watch";

/**
 * Whether a consumer lives: its group answers it, the brokers answer its fetches, and what they answered gets done. It outlives the
 * consumers of kafkajs, of which each outage takes one.
 */
export class ConsumerPulse {
  private readonly group: StallWatch;
  private readonly fetching: StallWatch;
  private readonly batch: StallWatch;

  /** @param now a clock that nobody sets, in milliseconds */
  constructor(now?: () => number) {
    this.group = new StallWatch(now);
    this.fetching = new StallWatch(now);
    this.batch = new StallWatch(now);
    this.group.begin();
  }

  /** What is wrong, in one line; undefined while all is well. */
  get complaint(): string | undefined {
    return (
      this.group.complaint("its group has not answered") ??
      this.fetching.complaint("the brokers have not answered a fetch") ??
      this.batch.complaint("a batch has made no progress")
    );
  }

  /** Listens to what kafkajs tells of a new consumer. */
  follow(consumer: Consumer): void {
    const { GROUP_JOIN, HEARTBEAT, REQUEST } = consumer.events;
    consumer.on(GROUP_JOIN, ({ payload }) => {
      this.group.begin();
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

  /** Handles a batch: until it is done nothing is fetched. */
  async handling(work: () => Promise<void>): Promise<void> {
    this.fetching.end();
    this.batch.begin();
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

  /** The brokers have answered that there is nothing to read, so that no group is needed. */
  nothingToRead(): void {
    this.group.begin();
    this.fetching.end();
  }
}
