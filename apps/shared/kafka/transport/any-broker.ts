import type { ProtocolExchange } from "../requests/exchange";
import { KafkaError, TooOldBroker, toKafkaError } from "./errors";
import type { BrokerInternals, ClusterInternals, ClusterMaker } from "./kafkajs-internals";

/** A connection to one broker that has reported its versions, authenticated if the cluster requires it. */
export interface AnyBroker extends Pick<BrokerInternals, "connectionPool" | "metadata"> {
  /** By API key: the versions of a request that the broker knows. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number } | undefined>>;
}

/** Sends a request that brokers know since the release `since`. @throws TooOldBroker if this broker is older */
export function ask<Answer>(
  { versions, connectionPool }: Omit<AnyBroker, "metadata">,
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

/** Waits until a broker has reported which requests it knows. @throws an error of kafkajs, or KafkaError, if it does not */
export async function ready(broker: BrokerInternals): Promise<AnyBroker> {
  await broker.connect();
  if (broker.versions !== null) return broker as AnyBroker;
  const problem = `broker ${broker.brokerAddress} has not reported which requests it knows`;
  throw new KafkaError("CONNECTION_FAILED", problem);
}

/**
 * A connection to whichever broker can be reached, or to a certain one, for requests that kafkajs has no method for. It is opened at its
 * first use and kept: a new connection takes several requests.
 */
export class AnyBrokerConnection {
  private connected: Promise<ClusterInternals> | undefined;

  constructor(private readonly kafka: ClusterMaker) {}

  /**
   * Works with a broker. A failure gives the connection up, and the next work gets a new one.
   * @throws KafkaError; errors of the work's own
   */
  use<Result>(work: (broker: AnyBroker) => Promise<Result>): Promise<Result> {
    return this.useCluster(async (cluster) =>
      work(await ready(await cluster.brokerPool.findConnectedBroker())),
    );
  }

  /** Works with the broker of this id, see {@link use}. */
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

  private async useCluster<Result>(work: (cluster: ClusterInternals) => Promise<Result>): Promise<Result> {
    const connected = (this.connected ??= connect(this.kafka));
    try {
      return await work(await connected);
    } catch (error) {
      if (this.connected === connected) this.connected = undefined;
      connected.then((cluster) => cluster.disconnect()).catch(() => {});
      throw toKafkaError(error);
    }
  }
}

async function connect(kafka: ClusterMaker): Promise<ClusterInternals> {
  const cluster = kafka.newCluster();
  try {
    await cluster.connect();
    return cluster;
  } catch (error) {
    await cluster.disconnect().catch(() => {});
    throw error;
  }
}
