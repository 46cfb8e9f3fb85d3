import { type Admin, type Kafka, logLevel, type Message } from "kafkajs";
import { AdaptedKafka } from "../../apps/shared/kafka/transport/adapted-kafka";
import { eventually } from "./command";
import type { MadeMessage, MessageMaker } from "./messages";

/** A message as the topic holds it. */
export interface StoredMessage {
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Why the test has made it no observation; undefined for an observation. */
  readonly reason: string | undefined;
}

/** The first offset and the end offset of each partition. */
export type Ends = ReadonlyMap<number, { readonly low: number; readonly high: number }>;

const reasonHeader = "reason";

/** A topic of a test, seen from the host. */
export class Topic {
  private readonly kafka: Kafka;

  constructor(
    bootstrapServers: string,
    readonly name: string,
    readonly partitions = 3,
  ) {
    // kafkajs alone cannot read Zstandard.
    this.kafka = new AdaptedKafka({
      clientId: "test",
      brokers: bootstrapServers.split(","),
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 30 },
    }).kafka;
  }

  async make(config: Readonly<Record<string, string>> = {}): Promise<void> {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    const topics = [{ topic: this.name, numPartitions: this.partitions, configEntries }];
    // A topic of this name may still be in deletion.
    await eventually(`topic ${this.name} can be made`, 60_000, () =>
      this.administer((admin) => admin.createTopics({ topics, waitForLeaders: false })).then(
        (made) => made || undefined,
        () => undefined,
      ),
    );
    // kafkajs itself gives up if one of several brokers does not know the topic yet.
    await eventually(`topic ${this.name} has leaders`, 60_000, () => this.ends().catch(() => undefined));
  }

  async delete(): Promise<void> {
    await this.administer((admin) => admin.deleteTopics({ topics: [this.name] }));
  }

  /** Deletes it and makes another topic of its name. */
  async makeAnew(): Promise<void> {
    await this.delete();
    await this.make();
  }

  /** Adds partitions. @param count the new number of partitions */
  async addPartitions(count: number): Promise<void> {
    await this.administer((admin) =>
      admin.createPartitions({ topicPartitions: [{ topic: this.name, count }] }),
    );
  }

  /** Commits offsets of partitions for a group that has no members. */
  async commit(
    groupId: string,
    offsets: readonly (readonly [partition: number, offset: number])[],
  ): Promise<void> {
    const partitions = offsets.map(([partition, offset]) => ({ partition, offset: String(offset) }));
    await this.administer((admin) => admin.setOffsets({ groupId, topic: this.name, partitions }));
  }

  /** Deletes the messages of a partition before an offset, as retention does. */
  async dropBefore(partition: number, offset: number): Promise<void> {
    await this.administer(async (admin) => {
      // Without this call kafkajs does not know the topic's leaders.
      await admin.fetchTopicOffsets(this.name);
      await admin.deleteTopicRecords({
        topic: this.name,
        partitions: [{ partition, offset: String(offset) }],
      });
    });
  }

  async ends(): Promise<Ends> {
    const found = await this.administer((admin) => admin.fetchTopicOffsets(this.name));
    return new Map(
      found.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]),
    );
  }

  /** Sends messages, and returns once all are stored. */
  async send(made: readonly MadeMessage[]): Promise<void> {
    const send = await this.sender();
    await send.send(made);
    await send.close();
  }

  async sender(): Promise<Sender> {
    const producer = this.kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    let next = 0;
    return {
      send: async (made) => {
        const messages = made.map(({ key, value, reason }): Message => ({
          key,
          value,
          partition: next++ % this.partitions,
          headers: reason === undefined ? {} : { [reasonHeader]: reason },
        }));
        await producer.send({ topic: this.name, acks: -1, messages });
      },
      close: () => producer.disconnect(),
    };
  }

  /** All its present messages, by `partition/offset`. */
  async read(): Promise<Map<string, StoredMessage>> {
    const ends = [...(await this.ends())];
    const missing = new Map(
      ends.filter(([, { low, high }]) => high > low).map(([partition, { high }]) => [partition, high]),
    );
    const messages = new Map<string, StoredMessage>();
    if (missing.size === 0) return messages;
    const consumer = this.kafka.consumer({ groupId: `test-${crypto.randomUUID()}` });
    await consumer.connect();
    await consumer.subscribe({ topic: this.name, fromBeginning: true });
    try {
      await new Promise<void>((resolve, reject) => {
        consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
        void consumer.run({
          autoCommit: false,
          eachBatch: ({ batch: { partition, messages: batch } }) => {
            const high = missing.get(partition) ?? 0;
            for (const { offset, timestamp, key, value, headers } of batch) {
              if (Number(offset) >= high) break;
              messages.set(`${partition}/${offset}`, {
                partition,
                offset: Number(offset),
                timestampMs: Number(timestamp),
                key,
                value,
                reason: headers?.[reasonHeader]?.toString(),
              });
              if (Number(offset) === high - 1) missing.delete(partition);
            }
            if (missing.size === 0) resolve();
            return Promise.resolve();
          },
        });
      });
    } finally {
      await consumer.disconnect();
    }
    return messages;
  }

  private async administer<Result>(work: (admin: Admin) => Promise<Result>): Promise<Result> {
    const admin = this.kafka.admin();
    try {
      await admin.connect();
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

/** Sends batch by batch. */
export interface Sender {
  send(made: readonly MadeMessage[]): Promise<void>;
  close(): Promise<void>;
}

const everyMs = 50;

/** Sends messages until it is stopped. */
export class Load {
  private stopped = false;
  private readonly done: Promise<void>;

  private constructor(topic: Topic, maker: MessageMaker, perSecond: number) {
    this.done = this.run(topic, maker, Math.ceil((perSecond * everyMs) / 1000));
    this.done.catch(() => {});
  }

  static start(topic: Topic, maker: MessageMaker, perSecond: number): Load {
    return new Load(topic, maker, perSecond);
  }

  /** Resolves when all sent messages are stored. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.done;
  }

  private async run(topic: Topic, maker: MessageMaker, batch: number): Promise<void> {
    const sender = await topic.sender();
    while (!this.stopped) {
      await sender.send(maker.make(batch));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    await sender.close();
  }
}
