import { alterTopicConfigsExchange, type TopicConfigChange } from "../requests/alter-configs";
import { createPartitionsExchange, type PartitionsToAdd } from "../requests/create-partitions";
import { createTopicsExchange, type TopicToCreate } from "../requests/create-topics";
import { describeLogDirsExchange, type ReplicaSize } from "../requests/describe-log-dirs";
import {
  describeQuorumExchange,
  type QuorumDescription,
  type QuorumListener,
} from "../requests/describe-quorum";
import { electLeadersExchange, type TopicPartitions } from "../requests/elect-leaders";
import type { ProtocolExchange } from "../requests/exchange";
import { type ClusterDescription, metadataExchange } from "../requests/metadata";
import { addRaftVoterExchange, type RaftVoter, removeRaftVoterExchange } from "../requests/raft-voter";
import { unregisterBrokerExchange } from "../requests/unregister-broker";
import { type AnyBroker, type AnyBrokerConnection, ask } from "../transport/any-broker";
import {
  brokerError,
  errorNameOf,
  kafkaReason,
  partitionRefusalsIn,
  throwIfRefused,
} from "../transport/errors";
import { type ProtocolStatus } from "../requests/exchange";
import { type Admin, ConfigResourceTypes, ConfigSource } from "../transport/kafkajs-internals";

/** A partition and the brokers that store it or will, the preferred leader first. */
export interface PlacedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly replicas: readonly number[];
}

/** The present value of a config of a topic. */
export interface TopicConfigEntry {
  readonly value: string;
  /** Whether it is set on the topic itself, rather than a default of the brokers. */
  readonly isOverride: boolean;
}

/** Configs by name, by topic. */
export type TopicConfigs = ReadonlyMap<string, ReadonlyMap<string, TopicConfigEntry>>;

/** The reassignments of one topic as kafkajs reports them. */
interface OngoingReassignments {
  readonly name: string;
  readonly partitions: readonly (Omit<PlacedPartition, "topic"> & {
    readonly removingReplicas: readonly number[];
  })[];
}

/** DYNAMIC_TOPIC_CONFIG of org.apache.kafka.common.requests.DescribeConfigsResponse. */
const topicOverride: number = ConfigSource.TOPIC_CONFIG;
/** Less than the client waits for an answer, so that the brokers report that the time was too short. */
const requestTimeoutMs = 8000;
const electionNotNeeded = 84;
const brokerNotRegistered = 102;

/** The result of a request to create a topic. */
export type CreateOutcome =
  | { readonly kind: "created" }
  | { readonly kind: "existed" }
  | {
      readonly kind: "refused";
      /** The broker's own words, with Kafka's name of the error. */
      readonly reason: string;
      /** Whether another attempt may succeed. */
      readonly retriable: boolean;
    };

/** Reads what a broker reports of one topic. That it exists is an outcome like any other. */
export function createOutcomeOf(status: ProtocolStatus): CreateOutcome {
  if (status.errorCode === 0) return { kind: "created" };
  if (errorNameOf(status.errorCode) === "TOPIC_ALREADY_EXISTS") return { kind: "existed" };
  const refusal = brokerError(status);
  return { kind: "refused", reason: kafkaReason(refusal), retriable: refusal.retriable };
}

/**
 * Reads and changes a whole cluster: where its partitions are, the configs of its topics, who leads. Methods throw {@link KafkaError}, or
 * {@link TooOldBroker} if the brokers do not know a request.
 */
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

  /** The cluster with all of its topics, as known to whichever broker can be reached. */
  describe(): Promise<ClusterDescription> {
    return this.connection.use(describeBy);
  }

  /** The cluster as known to this broker. */
  describeBy(nodeId: number): Promise<ClusterDescription> {
    return this.connection.useBroker(nodeId, describeBy);
  }

  /** Creates topics, many in one request. @returns the outcome by topic */
  async createTopics(topics: readonly TopicToCreate[]): Promise<ReadonlyMap<string, CreateOutcome>> {
    const results = await this.askController(createTopicsExchange(topics, requestTimeoutMs), "2.4");
    return new Map(results.map((result) => [result.topic, createOutcomeOf(result)]));
  }

  /** Adds partitions to topics, many in one request. @returns Kafka's reason by topic that was refused */
  async createPartitions(topics: readonly PartitionsToAdd[]): Promise<ReadonlyMap<string, string>> {
    const results = await this.askController(createPartitionsExchange(topics, requestTimeoutMs), "2.4");
    const refused = results.filter(({ errorCode }) => errorCode !== 0);
    return new Map(refused.map((result) => [result.topic, kafkaReason(brokerError(result))]));
  }

  /**
   * Begins to move partitions to other brokers. This replaces moves of the same partitions that are under way.
   * @returns the partitions that were refused, with Kafka's reason
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
      const refusals = partitionRefusalsIn(error);
      if (refusals === undefined) throw error;
      return placed.flatMap((each) => {
        const refusal = refusals.find(
          ({ topic, partition }) => topic === each.topic && partition === each.partition,
        );
        return refusal === undefined ? [] : [{ ...each, reason: refusal.reason }];
      });
    }
  }

  /** The moves under way: where each partition will be. */
  async reassignments(): Promise<PlacedPartition[]> {
    const { topics } = await this.admin.listPartitionReassignments({ timeout: requestTimeoutMs });
    // The fields have other names than the types of kafkajs say.
    const named = topics as unknown as readonly OngoingReassignments[];
    return named.flatMap(({ name, partitions }) =>
      partitions.map(({ partition, replicas, removingReplicas }) => ({
        topic: name,
        partition,
        // Kafka lists the new replicas first, in their final order, and those to be removed behind them.
        replicas: replicas.filter((replica) => !removingReplicas.includes(replica)),
      })),
    );
  }

  /** Some configs of existing topics; the brokers' defaults where a topic does not set one. */
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

  /** @throws KafkaError that names the first topic whose change was refused */
  async changeTopicConfigs(changes: readonly TopicConfigChange[]): Promise<void> {
    if (changes.length === 0) return;
    const answers = await this.connection.use((broker) =>
      ask(broker, alterTopicConfigsExchange(changes), "2.4"),
    );
    const refused = answers.find(({ errorCode }) => errorCode !== 0);
    if (refused === undefined) return;
    throw brokerError(refused, `topic "${refused.topic}"`);
  }

  /** Makes the first replica of each partition its leader, if that replica is in sync. */
  async electPreferredLeaders(topics: readonly TopicPartitions[]): Promise<void> {
    if (topics.length === 0) return;
    const results = await this.askController(electLeadersExchange(topics, requestTimeoutMs), "2.4");
    for (const result of results) if (result.errorCode !== electionNotNeeded) throwIfRefused(result);
  }

  /** How many bytes of these partitions a broker stores. */
  replicaSizes(nodeId: number, topics: readonly TopicPartitions[]): Promise<readonly ReplicaSize[]> {
    return this.connection.useBroker(nodeId, (broker) => ask(broker, describeLogDirsExchange(topics), "2.6"));
  }

  /** Removes a broker from a KRaft cluster. It must not run any more. @returns whether it was registered */
  async unregisterBroker(nodeId: number): Promise<boolean> {
    const status = await this.connection.use((broker) =>
      ask(broker, unregisterBrokerExchange(nodeId), "2.8"),
    );
    if (status.errorCode === brokerNotRegistered) return false;
    throwIfRefused(status);
    return true;
  }

  /** Asks the broker that accepts requests for the controller. */
  private async askController<Answer>(exchange: ProtocolExchange<Answer>, since: string): Promise<Answer> {
    const { controllerId } = await this.connection.use((broker) => ask(broker, metadataExchange([]), "2.8"));
    return this.connection.useBroker(controllerId, (broker) => ask(broker, exchange, since));
  }
}

function describeBy(broker: AnyBroker): Promise<ClusterDescription> {
  return ask(broker, metadataExchange(undefined), "2.8");
}

/** The release that can change the voters of a quorum (KIP-853). */
const quorumChangeableSince = "3.9";
/** A new voter has to catch up first. Less than the client waits for an answer. */
const addVoterTimeoutMs = 8000;

/** Reads and changes the voters in the quorum of a KRaft cluster. Any broker passes the requests on to the controller. */
export class QuorumAdmin {
  constructor(private readonly connection: AnyBrokerConnection) {}

  /** @throws KafkaError; TooOldBroker if the brokers have no quorum, or cannot change it */
  describe(): Promise<QuorumDescription> {
    return this.connection.use((broker) => ask(broker, describeQuorumExchange(), quorumChangeableSince));
  }

  addVoter(voter: RaftVoter & { readonly listeners: readonly QuorumListener[] }): Promise<void> {
    return this.connection.use((broker) =>
      ask(broker, addRaftVoterExchange(voter, addVoterTimeoutMs), quorumChangeableSince),
    );
  }

  removeVoter(voter: RaftVoter): Promise<void> {
    return this.connection.use((broker) =>
      ask(broker, removeRaftVoterExchange(voter), quorumChangeableSince),
    );
  }
}
