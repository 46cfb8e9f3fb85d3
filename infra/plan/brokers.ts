import { brokerPort } from "../../contract/ports";
import { nodeVariables, planHeap } from "./kafka-settings";
import { brokerServiceName, containerName } from "../model/names";
import { controllerPort, kraftCommand, type QuorumPlan, quorumVariables } from "./quorum";
import type { ZookeeperPlan } from "./zookeepers";

/** One Kafka broker. */
export interface BrokerPlan {
  readonly id: number;
  readonly container: string;
  /** Where programs on the host reach it, as `host:port`. */
  readonly externalAddress: string;
  /** Port inside the container that is published on the host at `hostPort`. */
  readonly externalPort: number;
  readonly hostPort: number;
  /** What the image is told, by the contract of confluentinc/cp-kafka; in a KRaft cluster also the cluster's id. */
  readonly environment: Readonly<Record<string, string>>;
  /** What runs instead of the image's own command. */
  readonly command?: readonly string[];
  readonly memoryMegabytes: number;
  readonly dataVolume: string;
}

/** What keeps a cluster together: ZooKeeper, or a quorum of its own nodes. */
export type Coordination =
  | { readonly kind: "zookeeper"; readonly zookeepers: readonly Pick<ZookeeperPlan, "address">[] }
  | { readonly kind: "kraft"; readonly quorum: QuorumPlan };

/** What brokers are made by. */
export interface BrokersSpec {
  readonly stack: string;
  /** How many, 1 to 9. */
  readonly brokers: number;
  /** Port of the first of them on the host; the others follow. */
  readonly hostPort: number;
  readonly kafka: { readonly heapMegabytes: number; readonly properties: Readonly<Record<string, string>> };
}

/** Where each broker takes the stack's containers, inside its own. */
export const internalPort = brokerPort;
const externalPort = 9_092;

/**
 * The name that all running brokers have in the stack's network: clients that look it up find one of them, and from it the others.
 * It is the same at every size, so that no client is restarted when brokers come or go.
 */
export const brokersAlias = "kafka";

/** Where the stack's containers find the cluster, as Kafka's `bootstrap.servers`. */
export const internalBootstrapServer = `${brokersAlias}:${internalPort}`;

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

/** Plans the brokers of a stack. */
export function planBrokers(spec: BrokersSpec, coordination: Coordination): BrokerPlan[] {
  const heap = planHeap(spec.kafka.heapMegabytes);
  return Array.from({ length: spec.brokers }, (_, index): BrokerPlan => {
    const id = index + 1;
    const container = containerName(spec.stack, brokerServiceName(id));
    const hostPort = spec.hostPort + index;
    const externalAddress = `127.0.0.1:${hostPort}`;
    return {
      id,
      container,
      externalAddress,
      externalPort,
      hostPort,
      environment: {
        ...nodeVariables(spec.kafka.properties),
        ...listenerVariables(container, externalAddress, coordination),
        ...coordinationVariables(id, coordination),
        KAFKA_HEAP_OPTS: heap.options,
      },
      ...(coordination.kind === "kraft" && { command: kraftCommand(coordination.quorum, id) }),
      memoryMegabytes: heap.limitMegabytes,
      dataVolume: `${container}-data`,
    };
  });
}

/**
 * Clients are sent on to the address that a listener advertises, which must be one they can reach: containers the container's name,
 * programs on the host the published port.
 */
function listenerVariables(
  container: string,
  externalAddress: string,
  coordination: Coordination,
): Record<string, string> {
  const kraft = coordination.kind === "kraft";
  const controls = kraft && coordination.quorum.combined;
  const list = (...listeners: (string | false)[]) => listeners.filter((each) => each !== false).join(",");
  return {
    KAFKA_ADVERTISED_LISTENERS: list(
      `INTERNAL://${container}:${internalPort}`,
      `EXTERNAL://${externalAddress}`,
      controls && `CONTROLLER://${container}:${controllerPort}`,
    ),
    KAFKA_LISTENERS: list(
      `INTERNAL://0.0.0.0:${internalPort}`,
      `EXTERNAL://0.0.0.0:${externalPort}`,
      controls && `CONTROLLER://0.0.0.0:${controllerPort}`,
    ),
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: list(
      "INTERNAL:PLAINTEXT",
      "EXTERNAL:PLAINTEXT",
      kraft && "CONTROLLER:PLAINTEXT",
    ),
    KAFKA_INTER_BROKER_LISTENER_NAME: "INTERNAL",
  };
}

function coordinationVariables(id: number, coordination: Coordination): Record<string, string> {
  if (coordination.kind === "zookeeper") {
    return {
      KAFKA_BROKER_ID: String(id),
      KAFKA_ZOOKEEPER_CONNECT: coordination.zookeepers.map(({ address }) => address).join(","),
      // A broker that was killed cannot come back before its old session has ended (NodeExists).
      KAFKA_ZOOKEEPER_SESSION_TIMEOUT_MS: "6000",
    };
  }
  return {
    ...quorumVariables(coordination.quorum, id),
    KAFKA_PROCESS_ROLES: coordination.quorum.combined ? "broker,controller" : "broker",
  };
}
