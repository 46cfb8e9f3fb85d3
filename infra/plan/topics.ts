import {
  type InternalTopicSettings,
  TopicInitEnvironment,
  type TopicSettings,
} from "../../contract/environment/topic-init";
import { encodeEnvironment, type EnvironmentSettings } from "../../contract/environment/variables";
import { topicInitServiceName } from "../model/names";
import type { StackSpec } from "../model/spec";
import { appDefaults, appJob } from "./apps";
import type { BrokerPlan } from "./brokers";
import type { Coordination } from "./coordination";
import { internalTopicPartitions } from "./kafka-node";
import type { Workload } from "./workload";

/** How a cluster of a given size keeps its data safe. */
interface Durability {
  /** Copies of the data that Kafka keeps for itself: consumer offsets and transaction state. */
  readonly replicationFactor: number;
  /** Copies that must have a message before it is acknowledged: Kafka's `min.insync.replicas`. */
  readonly minInsyncReplicas: number;
}

/** The maximum of copies that a cluster of this size keeps, and how many of them a write needs. */
function planDurability(brokers: number): Durability {
  return { replicationFactor: Math.min(3, brokers), minInsyncReplicas: brokers >= 3 ? 2 : 1 };
}

/** Plans the topics of all devices: one for each name, however many devices share it, sorted by name. */
function planTopics(
  spec: Pick<StackSpec, "devices" | "brokers" | "partitions" | "replicationFactor">,
): TopicSettings[] {
  const configs = new Map(spec.devices.map((device) => [device.topic, device.topicConfig]));
  return [...configs]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, config]) => ({
      name,
      partitions: spec.partitions,
      replicationFactor: spec.replicationFactor,
      // As many as the cluster asks for, but a topic must survive the loss of one copy if it has three, and with fewer it
      // must not need more than there are.
      minInsyncReplicas: planDurability(Math.min(spec.brokers, spec.replicationFactor)).minInsyncReplicas,
      config: sortedByName(config),
    }));
}

/** Another order of the same configs must not look like another plan, which would run topic-init again. */
function sortedByName(config: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(config).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * Plans the topics that Kafka keeps for itself, with the configs that its brokers would give them
 * (`GroupCoordinatorConfig`, `TransactionLogConfigs` of Kafka 3.9), but as many copies as this size of cluster can have.
 */
function planInternalTopics(brokers: number): InternalTopicSettings[] {
  const measures = { partitions: internalTopicPartitions, ...planDurability(brokers) };
  const compacted = { "cleanup.policy": "compact", "segment.bytes": "104857600" };
  return [
    { name: "__consumer_offsets", ...measures, config: { ...compacted, "compression.type": "producer" } },
    {
      name: "__transaction_state",
      ...measures,
      config: { ...compacted, "compression.type": "uncompressed", "unclean.leader.election.enable": "false" },
    },
  ];
}

type TopicInitSettings = EnvironmentSettings<typeof TopicInitEnvironment>;

/** The job that reconciles the running cluster with the plan: topics, replicas, voters. */
export interface TopicInitPlan extends Workload {
  /** The settings that its environment holds. */
  readonly settings: TopicInitSettings;
}

/** Plans topic-init. */
export function planTopicInit(
  spec: Pick<StackSpec, "devices" | "brokers" | "partitions" | "replicationFactor">,
  brokers: readonly BrokerPlan[],
  coordination: Coordination,
): TopicInitPlan {
  const settings: TopicInitSettings = {
    ...appDefaults,
    TOPIC_INIT_TOPICS: planTopics(spec),
    TOPIC_INIT_INTERNAL_TOPICS: planInternalTopics(spec.brokers),
    TOPIC_INIT_BROKERS: spec.brokers,
    ...(coordination.kind === "kraft" && { TOPIC_INIT_VOTERS: [...coordination.quorum.voters] }),
  };
  return {
    ...appJob("topic-init"),
    name: topicInitServiceName,
    role: "topic-init",
    settings,
    environment: encodeEnvironment(TopicInitEnvironment, settings),
    memoryMegabytes: 192,
    after: brokers.map(({ name }) => name),
  };
}

/** The same job as a given run: another number carries out the same plan anew. */
export function asRun(topicInit: TopicInitPlan, run: number): TopicInitPlan {
  const settings = { ...topicInit.settings, TOPIC_INIT_RUN: run };
  return { ...topicInit, settings, environment: encodeEnvironment(TopicInitEnvironment, settings) };
}
