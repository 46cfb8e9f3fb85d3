import { type BrokerMetadata, type Cluster, type Kafka, PartitionAssigners } from "kafkajs";
import type { ProtocolExchange } from "./metadata-request";

/** A connection, authenticated where that is asked for, to one broker. kafkajs leaves all but `metadata` out of its types. */
export interface AnyBroker {
  /** By API key: which versions of a request the broker knows. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number } | undefined>>;
  readonly connectionPool: {
    send<Answer>(exchange: ProtocolExchange<Answer>): Promise<Answer>;
  };
  metadata(topics: readonly string[]): Promise<BrokerMetadata & { readonly clusterId: string | null }>;
}

/** What there is in kafkajs's cluster beyond its types. */
type ClusterInside = Cluster & {
  readonly brokerPool: { findConnectedBroker(): Promise<AnyBroker> };
};

/**
 * Does work with the first broker that can be reached, for requests that kafkajs has no method for, over connections of
 * its own that are closed afterwards.
 */
export async function withAnyBroker<Result>(
  kafka: Kafka,
  work: (broker: AnyBroker) => Promise<Result>,
): Promise<Result> {
  const cluster = clusterOf(kafka);
  try {
    await cluster.connect();
    return await work(await cluster.brokerPool.findConnectedBroker());
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

/**
 * The connections of a new client. kafkajs hands them out to partition assigners alone, as soon as a consumer is made;
 * this consumer is never connected and joins no group.
 */
function clusterOf(kafka: Kafka): ClusterInside {
  let cluster: Cluster | undefined;
  kafka.consumer({
    groupId: "none",
    allowAutoTopicCreation: false,
    partitionAssigners: [
      (settings) => {
        cluster = settings.cluster;
        return PartitionAssigners.roundRobin(settings);
      },
    ],
  });
  if (cluster === undefined)
    throw new Error("kafkajs asked no partition assigner: its version is not the pinned one");
  return cluster as ClusterInside;
}
