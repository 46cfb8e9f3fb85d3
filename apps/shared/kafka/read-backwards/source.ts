import { KafkaJSError } from "kafkajs";
import { type AnyBrokerConnection, ask } from "../transport/any-broker";
import type { KafkaClient } from "../transport/client";
import { type FetchedPartition, fetchExchange } from "../requests/fetch";
import { isThere, metadataExchange } from "../requests/metadata";
import { refusalOf } from "../requests/refusal";
import type { PartitionOffsets } from "../admin/topic-offsets";

/** How long a leader waits for messages that are not there yet. */
const maxWaitMs = 500;

/** Asks the leaders of a topic's partitions. Methods throw what kafkajs throws; then leaders are looked for anew. */
export class BackwardSource {
  private readonly connection: AnyBrokerConnection;
  /** Leaders by partition, while they are known. */
  private leaders: Promise<ReadonlyMap<number, number>> | undefined;
  /** By broker, the end of what it was asked last: kafkajs opens a connection for each of those who need one at the same time. */
  private readonly asked = new Map<number, Promise<unknown>>();

  constructor(
    private readonly kafka: KafkaClient,
    private readonly topic: string,
  ) {
    this.connection = kafka.connection();
  }

  /** What the partitions hold now. @throws KafkaJSError if the topic does not exist */
  async bounds(): Promise<PartitionOffsets[]> {
    const admin = this.kafka.admin();
    try {
      await admin.connect();
      const partitions = await admin.fetchTopicOffsets(this.topic);
      return partitions.map(({ partition, low, high }) => ({
        partition,
        earliest: Number(low),
        latest: Number(high),
      }));
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }

  /** Reads on from an offset at the partition's leader. The answer may be an error of Kafka's. */
  async fetch(partition: number, offset: number, maxBytes: number): Promise<FetchedPartition> {
    try {
      const leader = (await this.knownLeaders()).get(partition) ?? -1;
      if (leader === -1)
        throw new KafkaJSError(`partition ${partition} of topic "${this.topic}" has no leader`);
      const question = fetchExchange({ topic: this.topic, partition, offset, maxBytes, maxWaitMs });
      return await this.inTurn(leader, () =>
        this.connection.useBroker(leader, (broker) => ask(broker, question, "2.7")),
      );
    } catch (error) {
      this.forgetLeaders();
      throw error;
    }
  }

  /** Leaders are looked for anew before the next fetch. */
  forgetLeaders(): void {
    this.leaders = undefined;
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private inTurn<Result>(broker: number, work: () => Promise<Result>): Promise<Result> {
    const result = (this.asked.get(broker) ?? Promise.resolve()).then(work);
    this.asked.set(
      broker,
      result.catch(() => {}),
    );
    return result;
  }

  private knownLeaders(): Promise<ReadonlyMap<number, number>> {
    return (this.leaders ??= this.findLeaders());
  }

  private async findLeaders(): Promise<ReadonlyMap<number, number>> {
    const question = metadataExchange([this.topic]);
    const { topics } = await this.connection.use((broker) => ask(broker, question, "2.8"));
    const [topic] = topics;
    if (topic === undefined || !isThere(topic))
      throw refusalOf({ errorCode: topic?.errorCode ?? 3, errorMessage: undefined }, `topic "${this.topic}"`);
    return new Map(topic.partitions.map(({ partition, leader }) => [partition, leader]));
  }
}
