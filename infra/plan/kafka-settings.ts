import { logCleanerBufferBytes, propertyVariable } from "../model/cluster";

/**
 * What every Kafka node is told, at every size of a cluster: the program's own settings and the user's properties. Controllers of their
 * own are told the same as brokers, because with KRaft it is they who read some of it, such as how soon leaders move back, what new
 * topics are like, and policies (`kafka.server.ControllerServer`); what is not theirs they leave alone.
 */
export function nodeVariables(properties: Readonly<Record<string, string>>): Record<string, string> {
  return { ...unlessSetOtherwise, ...propertyVariables(properties), ...sameAtEverySize };
}

/** Partitions of each topic that Kafka keeps for itself: few, for a fast start. */
export const internalTopicPartitions = 3;

/** What users may set otherwise by `kafka.properties`. */
const unlessSetOtherwise = { KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE: String(logCleanerBufferBytes) };

/**
 * No setting of a node depends on how many there are, or each would be restarted when one comes or goes. What does depend on it is a
 * property of topics, Kafka's own ones included, which topic-init makes and changes; these are for what is made otherwise.
 */
const sameAtEverySize = {
  KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
  KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: "false",
  KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
  // A broker that comes back leads again what it led before, soon rather than after five minutes.
  KAFKA_LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS: "30",
  KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: String(internalTopicPartitions),
  KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
  KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: "1",
  KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: String(internalTopicPartitions),
  KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: "1",
};

function propertyVariables(properties: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([property, value]) => [propertyVariable(property), value]),
  );
}

/**
 * What a container may have beside its node's heap, in megabytes: what the JVM needs, and the page cache that a node does not do well
 * without.
 */
const limitBesideHeapMegabytes = 512;
const firstHeapMegabytes = 256;

/** The heap of a Kafka node, which starts small and grows only under load, and the container's limit that it fits into. */
export function planHeap(heapMegabytes: number): {
  readonly options: string;
  readonly limitMegabytes: number;
} {
  return {
    options: `-Xms${Math.min(firstHeapMegabytes, heapMegabytes)}m -Xmx${heapMegabytes}m`,
    limitMegabytes: heapMegabytes + limitBesideHeapMegabytes,
  };
}
