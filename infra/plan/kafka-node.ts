import { logCleanerBufferBytes, propertyVariable } from "../model/cluster";
import { commonWorkload, type Variables, type Workload } from "./workload";

/** What brokers and KRaft controllers have in common. */

/** Directory of a node's data inside its container. */
export const kafkaDataPath = "/var/lib/kafka/data";

/** The fields that all nodes of a Kafka cluster have in common. */
export function kafkaNode(args: {
  readonly name: string;
  readonly heapMegabytes: number;
  /** Port at which the node accepts connections once it does its work. */
  readonly readyPort: number;
}) {
  const { name, heapMegabytes, readyPort } = args;
  return {
    ...commonWorkload,
    name,
    image: "kafka",
    user: "appuser",
    memoryMegabytes: heapMegabytes + limitBesideHeapMegabytes,
    expectedMegabytes: heapMegabytes + residentBesideHeapMegabytes,
    ready: { probe: { tcp: { port: readyPort } }, startTimeoutSeconds: 120 },
    volumes: [{ name: `${name}-data`, path: kafkaDataPath }],
    // The image declares it as a volume: with nothing mounted over it, the engine would leave a nameless volume behind.
    scratch: [{ path: "/etc/kafka/secrets", megabytes: 1 }],
    // The image writes its configuration at start, to places that its documentation does not fix.
    readOnlyRoot: false,
    stopGraceSeconds: 30,
    rollsOneAtATime: true,
  } as const satisfies Partial<Workload>;
}

/**
 * A container's memory limit beside its node's heap, in megabytes: what the JVM needs, and the page cache that a node does not do well
 * without.
 */
const limitBesideHeapMegabytes = 512;
/**
 * What Java has beside a full heap: code, classes, threads, buffers. A broker with 384 MB of heap under load had 424 MB resident
 * (`docker stats`).
 */
const residentBesideHeapMegabytes = 150;
const firstHeapMegabytes = 256;

/** The heap options of a Kafka node: the heap starts small and grows only under load. */
export function heapOptions(heapMegabytes: number): string {
  return `-Xms${Math.min(firstHeapMegabytes, heapMegabytes)}m -Xmx${heapMegabytes}m`;
}

/** Partitions of each topic that Kafka keeps for itself: few, for a fast start. */
export const internalTopicPartitions = 3;

/** Users may set these otherwise by `kafka.properties`. */
const defaultVariables = { KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE: String(logCleanerBufferBytes) };

/**
 * No setting of a node depends on the number of nodes, or each node would be restarted when one comes or goes. What depends on the
 * number is a property of topics, including Kafka's own ones; topic-init creates and changes these. The values here are for topics
 * that are created otherwise.
 */
const fixedVariables = {
  KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
  KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: "false",
  KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
  // A broker that comes back leads its former partitions again soon rather than after five minutes.
  KAFKA_LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS: "30",
  KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: String(internalTopicPartitions),
  KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
  KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: "1",
  KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: String(internalTopicPartitions),
  KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: "1",
};

/**
 * The settings of every Kafka node, at every size of a cluster: the program's own settings and the user's properties. Controllers get
 * the same as brokers because with KRaft it is controllers that read some of them, such as how soon leaders move back, the settings
 * of new topics, and policies (`kafka.server.ControllerServer`). They ignore the rest.
 * @param properties Kafka's broker properties by name, as the user sets them.
 */
export function nodeVariables(properties: Readonly<Record<string, string>>): Variables {
  const set = Object.entries(properties).map(([property, value]) => [propertyVariable(property), value]);
  return { ...defaultVariables, ...(Object.fromEntries(set) as Variables), ...fixedVariables };
}
