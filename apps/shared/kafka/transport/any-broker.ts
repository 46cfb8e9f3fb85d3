import {
  type BrokerMetadata,
  type Cluster,
  type Kafka,
  KafkaJSConnectionError,
  PartitionAssigners,
} from "kafkajs";
import type { ProtocolExchange } from "../requests/exchange";

/** A connection, authenticated where that is asked for, to one broker. kafkajs leaves all but `metadata` out of its types. */
export interface AnyBroker {
  /** By API key: which versions of a request the broker knows. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number } | undefined>>;
  readonly connectionPool: {
    send<Answer>(exchange: ProtocolExchange<Answer>): Promise<Answer>;
  };
  metadata(topics: readonly string[]): Promise<BrokerMetadata & { readonly clusterId: string | null }>;
}

/** A broker that does not know a request. */
export class TooOldBroker extends Error {
  override readonly name = "TooOldBroker";
}

/** Sends a request that brokers know since the release `since`. @throws TooOldBroker where this one is older. */
export function ask<Answer>(
  { versions, connectionPool }: AnyBroker,
  exchange: ProtocolExchange<Answer>,
  since: string,
): Promise<Answer> {
  const { apiKey, apiVersion, apiName } = exchange.request;
  const newest = versions[apiKey]?.maxVersion ?? -1;
  if (newest >= apiVersion) return connectionPool.send(exchange);
  return Promise.reject(
    new TooOldBroker(
      `the brokers do not know ${apiName} of version ${apiVersion}; Kafka ${since} or newer is needed`,
    ),
  );
}

/** A broker as kafkajs hands it out: a connection that another call has only just opened counts as one that can be used. */
export type OpenedBroker = Omit<AnyBroker, "versions"> & {
  readonly versions: AnyBroker["versions"] | null;
  readonly brokerAddress: string;
  /** Waits for whoever connects already. */
  connect(): Promise<void>;
};

/** What there is in kafkajs's cluster beyond its types. */
type ClusterInside = Omit<Cluster, "findBroker"> & {
  readonly brokerPool: { findConnectedBroker(): Promise<OpenedBroker> };
  findBroker(node: { readonly nodeId: string }): Promise<OpenedBroker>;
};

/**
 * A connection to whichever broker can be reached, or to a certain one, for requests that kafkajs has no method for. It is
 * made when it is first needed, and kept: connecting anew takes several questions and answers.
 */
export class AnyBrokerConnection {
  private connected: Promise<ClusterInside> | undefined;

  constructor(private readonly kafka: Kafka) {}

  /** Does work with a broker. After a failure of it the connection is given up, and the next work gets a new one. */
  use<Result>(work: (broker: AnyBroker) => Promise<Result>): Promise<Result> {
    return this.useCluster(async (cluster) =>
      work(await ready(await cluster.brokerPool.findConnectedBroker())),
    );
  }

  /** Does work with the broker of this id; see {@link use}. */
  useBroker<Result>(nodeId: number, work: (broker: AnyBroker) => Promise<Result>): Promise<Result> {
    return this.useCluster(async (cluster) => {
      await cluster.refreshMetadataIfNecessary();
      return work(await ready(await cluster.findBroker({ nodeId: String(nodeId) })));
    });
  }

  /** Closes the connection; the next work gets a new one. */
  async close(): Promise<void> {
    const connected = this.connected;
    this.connected = undefined;
    await connected?.then((cluster) => cluster.disconnect()).catch(() => {});
  }

  private async useCluster<Result>(work: (cluster: ClusterInside) => Promise<Result>): Promise<Result> {
    const connected = (this.connected ??= connect(this.kafka));
    try {
      return await work(await connected);
    } catch (error) {
      if (this.connected === connected) this.connected = undefined;
      connected.then((cluster) => cluster.disconnect()).catch(() => {});
      throw error;
    }
  }
}

/** Waits until the broker has said which requests it knows. @throws KafkaJSConnectionError when it does not. */
export async function ready(broker: OpenedBroker): Promise<AnyBroker> {
  await broker.connect();
  const { versions } = broker;
  if (versions !== null) return broker as AnyBroker;
  throw new KafkaJSConnectionError("the broker has not said which requests it knows", {
    broker: broker.brokerAddress,
  });
}

async function connect(kafka: Kafka): Promise<ClusterInside> {
  const cluster = clusterOf(kafka);
  try {
    await cluster.connect();
    return cluster;
  } catch (error) {
    await cluster.disconnect().catch(() => {});
    throw error;
  }
}

/**
 * The connections of a new client. kafkajs hands them out to partition assigners alone, as soon as a consumer is made;
 * this consumer is never connected and joins no group.
 */
export function clusterOf(kafka: Kafka): ClusterInside {
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
  return cluster as unknown as ClusterInside;
}
