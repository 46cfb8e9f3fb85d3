import type { FollowedBatch, FollowOptions } from "../../apps/shared/kafka";
import { createKafka, follow, type Follower, offsetOf } from "../../apps/shared/kafka";
import { createLogger } from "../../apps/shared/logger";

/** A follower that keeps the messages that it gets. */
export class FollowedTopics {
  /** By `topic/partition`: offsets and values in order of arrival. */
  readonly messages = new Map<string, [offset: number, value: string][]>();
  /** A line for each batch that does not begin where the one before it ended. */
  readonly wrong: string[] = [];
  readonly events: string[] = [];
  readonly lines: string[] = [];
  readonly follower: Follower;
  private readonly stopping = new AbortController();
  private readonly next = new Map<string, number>();

  constructor(bootstrapServers: string, topics: readonly string[], options: Partial<FollowOptions> = {}) {
    const write = (line: string) => void this.lines.push(line);
    const logger = createLogger({ app: "test", format: "pretty", level: "info", write });
    const kafka = createKafka({
      bootstrapServers: bootstrapServers.split(","),
      clientId: "follower",
      logger,
    });
    this.follower = follow(kafka, {
      topics,
      begin: ({ earliest }) => earliest,
      onBatch: (batch) => this.take(batch),
      onSkipped: (topic, partition, from, to, reason) => {
        this.events.push(`${topic}/${partition} skipped ${from} to ${to}: ${reason}`);
        this.next.set(`${topic}/${partition}`, to);
      },
      onReset: (topic, partition) => {
        this.events.push(`${topic}/${partition} reset`);
        this.next.delete(`${topic}/${partition}`);
        this.messages.delete(`${topic}/${partition}`);
      },
      signal: this.stopping.signal,
      ...options,
    });
  }

  /** The offsets of a partition's messages in order of arrival. */
  offsets(topic: string, partition: number): number[] {
    return (this.messages.get(`${topic}/${partition}`) ?? []).map(([offset]) => offset);
  }

  /** The number of messages received from a topic. */
  count(topic: string): number {
    const own = [...this.messages].filter(([place]) => place.startsWith(`${topic}/`));
    return own.reduce((sum, [, messages]) => sum + messages.length, 0);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.follower.done;
  }

  private take({ topic, partition, from, next, messages }: FollowedBatch): void {
    const place = `${topic}/${partition}`;
    const expected = this.next.get(place);
    if (expected !== undefined && expected !== from) this.wrong.push(`${place}: ${from}, not ${expected}`);
    this.next.set(place, next);
    const own = this.messages.get(place) ?? [];
    for (const message of messages) own.push([offsetOf(message), message.value?.toString() ?? ""]);
    this.messages.set(place, own);
  }
}
