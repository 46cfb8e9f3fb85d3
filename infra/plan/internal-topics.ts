import type { InternalTopicSettings } from "../../contract/environment/topic-init";
import { planDurability } from "./brokers";
import { internalTopicPartitions } from "./kafka-settings";

/**
 * Plans the topics that Kafka keeps for itself, with the configs that its brokers would give them
 * (`GroupCoordinatorConfig`, `TransactionLogConfigs` of Kafka 3.9), but as many copies as this size of cluster can have.
 */
export function planInternalTopics(brokers: number): InternalTopicSettings[] {
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
