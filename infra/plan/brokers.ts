import { brokerWhat, containerName } from "./names";
import type { ZookeeperPlan } from "./zookeepers";

/** One Kafka broker. */
export interface BrokerPlan {
  readonly id: number;
  readonly container: string;
  /** Where the stack's containers reach it, as `host:port`. */
  readonly internalAddress: string;
  /** Where programs on the host reach it, as `host:port`. */
  readonly externalAddress: string;
  /** Port inside the container that is published on the host at `hostPort`. */
  readonly externalPort: number;
  readonly hostPort: number;
  /** What the image is told, by the contract of confluentinc/cp-kafka. */
  readonly environment: Readonly<Record<string, string>>;
  readonly dataVolume: string;
}

/** Where each broker takes the stack's containers, inside its own. */
export const internalPort = 29_092;
const externalPort = 9_092;

/** How a cluster keeps its data safe, by its size. */
export interface Durability {
  /** Copies of the data that Kafka keeps for itself: consumer offsets and transaction state. */
  readonly replicationFactor: number;
  /** Copies that must have a message before it is acknowledged: Kafka's `min.insync.replicas`. */
  readonly minInsyncReplicas: number;
}

/** The most copies that a cluster of this size keeps, and how many must be there for a write. */
export function planDurability(brokers: number): Durability {
  return { replicationFactor: Math.min(3, brokers), minInsyncReplicas: brokers >= 3 ? 2 : 1 };
}

/** Plans `count` brokers (1 to 9), the first of them at `firstHostPort` on the host. */
export function planBrokers(
  stack: string,
  count: number,
  firstHostPort: number,
  zookeepers: readonly Pick<ZookeeperPlan, "address">[],
): BrokerPlan[] {
  const durability = planDurability(count);
  const zookeeperConnect = zookeepers.map(({ address }) => address).join(",");
  return Array.from({ length: count }, (_, index): BrokerPlan => {
    const id = index + 1;
    const container = containerName(stack, brokerWhat(id));
    const hostPort = firstHostPort + index;
    const internalAddress = `${container}:${internalPort}`;
    const externalAddress = `127.0.0.1:${hostPort}`;
    return {
      id,
      container,
      internalAddress,
      externalAddress,
      externalPort,
      hostPort,
      environment: {
        // Clients are sent on to the address that a listener advertises, which must be one they can reach: containers
        // the container's name, programs on the host the published port.
        KAFKA_ADVERTISED_LISTENERS: `INTERNAL://${internalAddress},EXTERNAL://${externalAddress}`,
        KAFKA_LISTENERS: `INTERNAL://0.0.0.0:${internalPort},EXTERNAL://0.0.0.0:${externalPort}`,
        KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT",
        KAFKA_INTER_BROKER_LISTENER_NAME: "INTERNAL",
        KAFKA_BROKER_ID: String(id),
        KAFKA_ZOOKEEPER_CONNECT: zookeeperConnect,
        // A broker that was killed cannot come back before its old session has ended (NodeExists).
        KAFKA_ZOOKEEPER_SESSION_TIMEOUT_MS: "6000",
        KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
        KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: "false",
        KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
        KAFKA_DEFAULT_REPLICATION_FACTOR: String(durability.replicationFactor),
        KAFKA_MIN_INSYNC_REPLICAS: String(durability.minInsyncReplicas),
        KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: "3",
        KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: String(durability.replicationFactor),
        KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: String(durability.minInsyncReplicas),
        KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: "3",
        KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: String(durability.replicationFactor),
        KAFKA_HEAP_OPTS: "-Xms256m -Xmx512m",
      },
      dataVolume: `${container}-data`,
    };
  });
}
