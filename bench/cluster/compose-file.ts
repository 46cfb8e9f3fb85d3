import type { ClusterShape } from "./cluster";

interface Service {
  readonly image: string;
  readonly container_name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly depends_on?: readonly string[];
  readonly restart: "unless-stopped";
}

/** The cluster that a compose file describes. */
export interface ComposeSpec extends ClusterShape {
  readonly prefix: string;
  readonly images: { readonly kafka: string; readonly zookeeper: string };
  /** Port of the first broker on the host; the other brokers have the next ports. */
  readonly hostPort: number;
}

const clusterId = "MkU3OEVBNTcwNTJENDM2Qk";
const maxCombinedBrokers = 3;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/**
 * A cluster as common compose files define it (Confluent's cp-all-in-one and its descendants): the images' defaults except for
 * addresses, ids and replication factors. Unlike most of these files, it restarts its containers after a crash.
 */
export function composeFile(spec: ComposeSpec): { version: string; services: Record<string, Service> } {
  const services = spec.coordination === "zookeeper" ? withZookeeper(spec) : withQuorum(spec);
  return { version: "3.8", services };
}

function withZookeeper(spec: ComposeSpec): Record<string, Service> {
  return {
    zookeeper: {
      image: spec.images.zookeeper,
      container_name: `${spec.prefix}zookeeper-1`,
      environment: { ZOOKEEPER_CLIENT_PORT: "2181", ZOOKEEPER_TICK_TIME: "2000" },
      restart: "unless-stopped",
    },
    ...brokers(spec, (id) => ({
      depends_on: ["zookeeper"],
      environment: {
        KAFKA_BROKER_ID: String(id),
        KAFKA_ZOOKEEPER_CONNECT: "zookeeper:2181",
        ...listeners(spec, id, []),
      },
    })),
  };
}

function withQuorum(spec: ComposeSpec): Record<string, Service> {
  const combined = spec.brokers <= maxCombinedBrokers;
  const controllers = combined ? [] : numbers(3);
  const quorum = {
    CLUSTER_ID: clusterId,
    KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
    KAFKA_CONTROLLER_QUORUM_VOTERS: combined
      ? numbers(spec.brokers)
          .map((id) => `${id}@broker-${id}:29093`)
          .join(",")
      : controllers.map((index) => `${100 + index}@controller-${index}:29093`).join(","),
  };
  const separate = controllers.map((index): [string, Service] => [
    `controller-${index}`,
    {
      image: spec.images.kafka,
      container_name: `${spec.prefix}controller-${index}`,
      environment: {
        ...quorum,
        KAFKA_NODE_ID: String(100 + index),
        KAFKA_PROCESS_ROLES: "controller",
        KAFKA_LISTENERS: "CONTROLLER://0.0.0.0:29093",
        KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CONTROLLER:PLAINTEXT",
      },
      restart: "unless-stopped",
    },
  ]);
  return {
    ...Object.fromEntries(separate),
    ...brokers(spec, (id) => ({
      environment: {
        ...quorum,
        KAFKA_NODE_ID: String(id),
        KAFKA_PROCESS_ROLES: combined ? "broker,controller" : "broker",
        ...listeners(spec, id, combined ? ["CONTROLLER://0.0.0.0:29093"] : []),
      },
    })),
  };
}

function brokers(
  spec: ComposeSpec,
  own: (id: number) => Pick<Service, "environment" | "depends_on">,
): Record<string, Service> {
  const copies = String(Math.min(3, spec.brokers));
  return Object.fromEntries(
    numbers(spec.brokers).map((id): [string, Service] => {
      const { environment, ...rest } = own(id);
      return [
        `broker-${id}`,
        {
          ...rest,
          image: spec.images.kafka,
          container_name: `${spec.prefix}broker-${id}`,
          ports: [`127.0.0.1:${spec.hostPort + id - 1}:9092`],
          environment: {
            ...environment,
            KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
            KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: copies,
            KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: copies,
            KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: spec.brokers >= 3 ? "2" : "1",
          },
          restart: "unless-stopped",
        },
      ];
    }),
  );
}

function listeners(spec: ComposeSpec, id: number, others: readonly string[]): Record<string, string> {
  return {
    KAFKA_LISTENERS: ["PLAINTEXT://0.0.0.0:29092", "PLAINTEXT_HOST://0.0.0.0:9092", ...others].join(","),
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://broker-${id}:29092,PLAINTEXT_HOST://127.0.0.1:${spec.hostPort + id - 1}`,
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT",
    KAFKA_INTER_BROKER_LISTENER_NAME: "PLAINTEXT",
  };
}
