import { type Admin, ConfigResourceTypes, ConfigSource } from "kafkajs";
import { type AnyBroker, type AnyBrokerConnection, ask } from "../transport/any-broker";
import { type CreateOutcome, createOutcomeOf } from "./create-outcome";
import { kafkaReason } from "../transport/errors";
import { alterTopicConfigsExchange, type TopicConfigChange } from "../requests/alter-configs";
import { createPartitionsExchange, type PartitionsToAdd } from "../requests/create-partitions";
import { createTopicsExchange, type TopicToCreate } from "../requests/create-topics";
import { describeLogDirsExchange, type ReplicaSize } from "../requests/describe-log-dirs";
import { electLeadersExchange, type TopicPartitions } from "../requests/elect-leaders";
import type { ProtocolExchange } from "../requests/exchange";
import { type ClusterDescription, metadataExchange } from "../requests/metadata";
import { refusalOf, throwRefusal } from "../requests/refusal";
import { unregisterBrokerExchange } from "../requests/unregister-broker";

/** A partition and the brokers that are to keep it, the preferred leader first. */
export interface PlacedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly replicas: readonly number[];
}

/** A config of a topic as it is. */
export interface TopicConfigEntry {
  readonly value: string;
  /** Set on the topic itself, rather than a default of the brokers. */
  readonly isOverride: boolean;
}

/** Configs by name, by topic. */
export type TopicConfigs = ReadonlyMap<string, ReadonlyMap<string, TopicConfigEntry>>;

/** What kafkajs says of the moves of one topic. */
interface OngoingReassignments {
  readonly name: string;
  readonly partitions: readonly (Omit<PlacedPartition, "topic"> & {
    readonly removingReplicas: readonly number[];
  })[];
}

/** DYNAMIC_TOPIC_CONFIG of org.apache.kafka.common.requests.DescribeConfigsResponse. */
const topicOverride: number = ConfigSource.TOPIC_CONFIG;
/** Less than a client waits for an answer, so that it is the brokers who say that time was short. */
const requestTimeoutMs = 8000;
const electionNotNeeded = 84;
const brokerNotRegistered = 102;

/** Sees and changes a whole cluster: where its partitions lie, how topics are set, who leads. Methods throw what kafkajs throws. */
export class ClusterAdmin {
  constructor(
    private readonly connection: AnyBrokerConnection,
    private readonly admin: Admin,
  ) {}

  connect(): Promise<void> {
    return this.admin.connect();
  }

  async disconnect(): Promise<void> {
    await Promise.all([this.connection.close(), this.admin.disconnect().catch(() => {})]);
  }

  /** The cluster with all of its topics, as whichever broker can be reached knows it. */
  describe(): Promise<ClusterDescription> {
    return this.connection.use(describeBy);
  }

  /** The cluster as this broker knows it. */
  describeBy(nodeId: number): Promise<ClusterDescription> {
    return this.connection.useBroker(nodeId, describeBy);
  }

  /** Creates topics, many in one request. @returns what came of it by topic. */
  async createTopics(topics: readonly TopicToCreate[]): Promise<ReadonlyMap<string, CreateOutcome>> {
    const results = await this.askController(createTopicsExchange(topics, requestTimeoutMs), "2.4");
    return new Map(results.map((result) => [result.topic, createOutcomeOf(result)]));
  }

  /** Adds partitions to topics, many in one request. @returns Kafka's reasons by topic where that was refused. */
  async createPartitions(topics: readonly PartitionsToAdd[]): Promise<ReadonlyMap<string, string>> {
    const results = await this.askController(createPartitionsExchange(topics, requestTimeoutMs), "2.4");
    const refused = results.filter(({ errorCode }) => errorCode !== 0);
    return new Map(refused.map((result) => [result.topic, kafkaReason(refusalOf(result))]));
  }

  /**
   * Begins to move partitions to other brokers, in place of what was begun for them before.
   * @returns what was refused, by Kafka's reason.
   */
  async reassign(
    placed: readonly PlacedPartition[],
  ): Promise<(PlacedPartition & { readonly reason: string })[]> {
    const byTopic = Map.groupBy(placed, ({ topic }) => topic);
    try {
      await this.admin.alterPartitionReassignments({
        topics: [...byTopic].map(([topic, partitions]) => ({
          topic,
          partitionAssignment: partitions.map(({ partition, replicas }) => ({
            partition,
            replicas: [...replicas],
          })),
        })),
        timeout: requestTimeoutMs,
      });
      return [];
    } catch (error) {
      const { errors } = error as { errors?: { topic?: string; partition?: number }[] };
      if (errors === undefined) throw error;
      return placed.flatMap((each) => {
        const refusal = errors.find(
          ({ topic, partition }) => topic === each.topic && partition === each.partition,
        );
        return refusal === undefined ? [] : [{ ...each, reason: kafkaReason(refusal) }];
      });
    }
  }

  /** The moves that are under way: where each partition will lie. */
  async reassignments(): Promise<PlacedPartition[]> {
    const { topics } = await this.admin.listPartitionReassignments({ timeout: requestTimeoutMs });
    // kafkajs gives the fields other names than its types say.
    const named = topics as unknown as readonly OngoingReassignments[];
    return named.flatMap(({ name, partitions }) =>
      partitions.map(({ partition, replicas, removingReplicas }) => ({
        topic: name,
        partition,
        // Kafka lists those to come first, in the order that they will have, and those to go after them.
        replicas: replicas.filter((replica) => !removingReplicas.includes(replica)),
      })),
    );
  }

  /** Some configs of existing topics, with the brokers' defaults where a topic has none of its own. */
  async topicConfigs(topics: readonly string[], names: readonly string[]): Promise<TopicConfigs> {
    if (topics.length === 0) return new Map();
    const { resources } = await this.admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map((name) => ({
        type: ConfigResourceTypes.TOPIC,
        name,
        configNames: [...names],
      })),
    });
    return new Map(
      resources.map(({ resourceName, configEntries }) => [
        resourceName,
        new Map(
          configEntries.map(({ configName, configValue, configSource }) => [
            configName,
            { value: configValue, isOverride: (configSource as number) === topicOverride },
          ]),
        ),
      ]),
    );
  }

  /** @throws Error that names the first topic whose change was refused. */
  async changeTopicConfigs(changes: readonly TopicConfigChange[]): Promise<void> {
    if (changes.length === 0) return;
    const answers = await this.connection.use((broker) =>
      ask(broker, alterTopicConfigsExchange(changes), "2.4"),
    );
    const refused = answers.find(({ errorCode }) => errorCode !== 0);
    if (refused === undefined) return;
    throw refusalOf(refused, `topic "${refused.topic}"`);
  }

  /** Lets the first replica of each partition lead it, where that one is in sync. */
  async electPreferredLeaders(topics: readonly TopicPartitions[]): Promise<void> {
    if (topics.length === 0) return;
    const results = await this.askController(electLeadersExchange(topics, requestTimeoutMs), "2.4");
    for (const result of results) if (result.errorCode !== electionNotNeeded) throwRefusal(result);
  }

  /** How much a broker keeps of these partitions. */
  replicaSizes(nodeId: number, topics: readonly TopicPartitions[]): Promise<readonly ReplicaSize[]> {
    return this.connection.useBroker(nodeId, (broker) => ask(broker, describeLogDirsExchange(topics), "2.6"));
  }

  /** Lets a KRaft cluster forget a broker, which has to be gone. @returns whether it was registered. */
  async unregisterBroker(nodeId: number): Promise<boolean> {
    const status = await this.connection.use((broker) =>
      ask(broker, unregisterBrokerExchange(nodeId), "2.8"),
    );
    if (status.errorCode === brokerNotRegistered) return false;
    throwRefusal(status);
    return true;
  }

  /** Asks the broker that takes what only a controller does. */
  private async askController<Answer>(exchange: ProtocolExchange<Answer>, since: string): Promise<Answer> {
    const { controllerId } = await this.connection.use((broker) => ask(broker, metadataExchange([]), "2.8"));
    return this.connection.useBroker(controllerId, (broker) => ask(broker, exchange, since));
  }
}

function describeBy(broker: AnyBroker): Promise<ClusterDescription> {
  return ask(broker, metadataExchange(undefined), "2.8");
}
