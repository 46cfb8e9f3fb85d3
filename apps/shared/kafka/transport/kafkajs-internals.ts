import type { Socket } from "node:net";
import type { BrokerMetadata, Kafka } from "kafkajs";
import * as kafkajs from "kafkajs";
import type { ProtocolExchange } from "../requests/exchange";

/*
 * Everything here depends on parts of kafkajs 2.2.4 that it neither documents nor types. This is the only file that does. The version is
 * pinned, and the test beside this file fails, with the name of the part, if one of them changes.
 *
 * Nothing is changed for the whole process: only objects that belong to an `AdaptedKafka` are changed, and one by one. Other clients in
 * the process keep kafkajs's own behaviour.
 */

// What the rest of the Kafka layer uses of kafkajs as it documents it.
export type { Admin, Batch, Consumer, ConsumerConfig, EachBatchPayload, KafkaConfig } from "kafkajs";
export { ConfigResourceTypes, ConfigSource } from "kafkajs";

/** One connection of kafkajs. */
interface ConnectionInternals {
  /** `host:port`. */
  readonly broker: string;
  readonly socket: Socket | undefined;
  readonly requestQueue: RequestQueueInternals;
  send(exchange: unknown): Promise<unknown>;
  rejectRequests(error: unknown): void;
  disconnect(): Promise<unknown>;
}

interface RequestQueueInternals {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
  createSocketRequest(pushed: unknown): {
    readonly entry: { readonly apiName: string };
    requestTimeout: number;
  };
}

/** The two connections of kafkajs to one broker: one for fetches, one for all other requests. */
export interface ConnectionPoolInternals {
  readonly pool: readonly ConnectionInternals[];
  send<Answer>(exchange: ProtocolExchange<Answer>): Promise<Answer>;
}

/** An exchange as kafkajs makes it from a question. */
interface KafkajsExchange {
  readonly request: { readonly apiKey: number; readonly apiVersion: number };
  readonly response: {
    readonly decode: (payload: Buffer) => Promise<unknown>;
    readonly parse: (decoded: unknown) => Promise<unknown>;
  };
}

/** How a broker of kafkajs finds the newest version of a request that both sides know. */
type LookupRequest = (apiKey: number, definition: unknown) => (question: unknown) => KafkajsExchange;

/** A broker of kafkajs. */
export interface BrokerInternals {
  /** By API key: the versions that the broker knows. Null before it has reported them. */
  versions: Readonly<Record<number, { readonly maxVersion: number } | undefined>> | null;
  /** `host:port`. */
  readonly brokerAddress: string;
  readonly connectionPool: ConnectionPoolInternals;
  lookupRequest: LookupRequest;
  isConnected(): boolean;
  connect(): Promise<void>;
  metadata(topics: readonly string[]): Promise<BrokerMetadata & { readonly clusterId: string | null }>;
  fetch(request: unknown): Promise<unknown>;
  leaveGroup(member: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
}

/** Where a broker listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The connections of one producer, consumer or admin client of kafkajs. */
export interface ClusterInternals {
  readonly rootLogger: unknown;
  readonly connectionPoolBuilder: {
    /** Without an address, the next of the client's bootstrap servers. */
    build(address?: Address): Promise<ConnectionPoolInternals>;
  };
  readonly brokerPool: {
    createBroker(settings: {
      readonly connectionPool: ConnectionPoolInternals;
      readonly logger: unknown;
    }): BrokerInternals;
    findConnectedBroker(): Promise<BrokerInternals>;
  };
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findBroker(node: { readonly nodeId: string }): Promise<BrokerInternals>;
  findGroupCoordinator(group: { readonly groupId: string }): Promise<BrokerInternals>;
}

/** A client that makes connections which belong to no producer, consumer or admin client. */
export interface ClusterMaker {
  newCluster(): ClusterInternals;
}

interface ClusterOptions {
  readonly allowAutoTopicCreation: boolean;
  readonly metadataMaxAge: number;
}

/** Makes the connections of a producer, consumer or admin client. */
export type CreateCluster = (options: ClusterOptions) => ClusterInternals;

/** How the connections of an adapted client differ from kafkajs's own. */
export interface Adaptation {
  /**
   * Whether metadata is accepted without the topics that do not exist, and with partitions that have no leader (as leader -1). Otherwise
   * one such partition makes kafkajs reject the whole answer without naming it, and before kafkajs knows its topic, it asks for all
   * topics. Not for consumers.
   */
  readonly acceptsIncompleteMetadata: boolean;
  /** Decodes an answer to Fetch of version 11 to the same result as kafkajs. @param question what kafkajs asked */
  readonly decodeFetch: (payload: Buffer, question: FetchQuestion) => Promise<unknown>;
}

/** What kafkajs asks of one broker in a fetch. It may name a topic more than once. */
export interface FetchQuestion {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
  }[];
}

/**
 * Adapts all connections that a client of kafkajs makes from now on.
 * @param onCreated hears of the connections of each new producer, consumer or admin client
 * @returns makes connections that belong to none of them
 */
export function adaptClient(
  kafka: Kafka,
  adaptation: Adaptation,
  onCreated: (cluster: ClusterInternals) => void,
): CreateCluster {
  const internals = kafka as unknown as Record<symbol, CreateCluster>;
  const key = Object.getOwnPropertySymbols(internals).find(
    ({ description }) => description === "private:Kafka:createCluster",
  );
  const create = key && internals[key];
  if (create === undefined)
    throw new Error(
      "kafkajs keeps its connections elsewhere: its version is not 2.2.4, which this layer needs",
    );
  const createAdapted: CreateCluster = (options) => {
    const cluster = adaptCluster(create(options), adaptation);
    onCreated(cluster);
    return cluster;
  };
  internals[key as symbol] = createAdapted;
  return createAdapted;
}

function adaptCluster(cluster: ClusterInternals, adaptation: Adaptation): ClusterInternals {
  const { connectionPoolBuilder, brokerPool } = cluster;
  const build = connectionPoolBuilder.build.bind(connectionPoolBuilder);
  connectionPoolBuilder.build = async (address) => {
    const connectionPool = await build(address);
    for (const connection of connectionPool.pool) adaptConnection(connection);
    return connectionPool;
  };
  const createBroker = brokerPool.createBroker.bind(brokerPool);
  brokerPool.createBroker = (settings) => {
    const broker = createBroker(settings);
    adaptBroker(broker, adaptation);
    return broker;
  };
  return cluster;
}

/**
 * A broker answers at once what it has in memory. A broker that takes longer hangs, or is too busy to be of use; it has read no other
 * request of the connection until it answers.
 */
const handshakeTimeoutMs = 3000;

/**
 * Corrects two faults of a connection:
 *
 * - A broker that hangs (a stopped process, a stalled host) keeps its connections, and its operating system accepts new ones. kafkajs
 *   fails only the request that got no answer, and uses the connection again: it may ask the broker that hangs, and no other, for as long
 *   as it hangs. Here a request without an answer breaks the connection, so that others are asked, as in Kafka's own clients
 *   (NetworkClient.handleTimedOutRequests), and the first question of a connection (ApiVersions, KIP-35) has a short time of its own.
 * - kafkajs sets a timer again and again to check its queue of delayed requests, with a negative delay while the queue is empty. Node
 *   runs such a timer after 1 ms: every connection wakes the process a thousand times a second, and Node 20 and later print a
 *   TimeoutNegativeWarning. Here the timer runs only while requests are queued.
 */
function adaptConnection(connection: ConnectionInternals): void {
  const send = connection.send.bind(connection);
  connection.send = async (exchange) => {
    try {
      return await send(exchange);
    } catch (error) {
      if (!(error instanceof kafkajs.KafkaJSRequestTimeoutError)) throw error;
      const reason = `no answer (timeout): ${error.message}`;
      connection.socket?.destroy(new Error(reason));
      throw new kafkajs.KafkaJSConnectionError(`Connection error: ${reason}`, {
        broker: connection.broker,
        code: "ETIMEDOUT",
      });
    }
  };

  const { requestQueue } = connection;
  const schedule = requestQueue.scheduleCheckPendingRequests.bind(requestQueue);
  requestQueue.scheduleCheckPendingRequests = () => {
    if (requestQueue.pending.length > 0) schedule();
  };
  const createSocketRequest = requestQueue.createSocketRequest.bind(requestQueue);
  requestQueue.createSocketRequest = (pushed) => {
    const request = createSocketRequest(pushed);
    // kafkajs uses the time that a request asks for only if it is longer than the default.
    if (request.entry.apiName === "ApiVersions") request.requestTimeout = handshakeTimeoutMs;
    return request;
  };
}

const fetchKey = 1;
/** The newest version of Fetch that kafkajs speaks; every broker since Kafka 2.3 knows it. */
const fetchVersion = 11;
const metadataKey = 3;
/** The newest version of Metadata that kafkajs speaks; every broker since Kafka 2.0 knows it. */
const metadataVersion = 6;
const noLeaderYet = 5;

/**
 * Changes how a broker of kafkajs connects and which answers it reads:
 *
 * - Each connection begins with the question ApiVersions, which has to be answered soon; kafkajs asks it once a broker. kafkajs has two
 *   connections to each broker. One that it opens while the other is open begins with the request that needs it, and has the time of that.
 * - A broker counts as connected once it has reported its versions. To kafkajs a socket is enough: a call that comes while another one
 *   connects fails with "Broker not connected", which it does not repeat.
 * - Fetches are decoded by {@link Adaptation.decodeFetch}: faster, with all codecs, and past batches that cannot be read.
 * - Metadata may be incomplete, if {@link Adaptation.acceptsIncompleteMetadata} says so.
 */
function adaptBroker(broker: BrokerInternals, { acceptsIncompleteMetadata, decodeFetch }: Adaptation): void {
  let knowsVersions = false;
  const isConnected = broker.isConnected.bind(broker);
  broker.isConnected = () => knowsVersions && isConnected();
  const connect = broker.connect.bind(broker);
  broker.connect = () => {
    if (!broker.isConnected()) broker.versions = null;
    return connect();
  };

  const adaptExchange = (exchange: KafkajsExchange, question: unknown): KafkajsExchange => {
    const { request, response } = exchange;
    if (request.apiKey === fetchKey && request.apiVersion === fetchVersion) {
      const decode = (payload: Buffer) => decodeFetch(payload, question as FetchQuestion);
      return { ...exchange, response: { ...response, decode } };
    }
    const isMetadata = request.apiKey === metadataKey && request.apiVersion === metadataVersion;
    if (isMetadata && acceptsIncompleteMetadata)
      return { ...exchange, response: { ...response, parse: withoutMissingTopics } };
    return exchange;
  };
  let lookup = broker.lookupRequest;
  // kafkajs sets it as soon as it knows the broker's versions, and may use it at once.
  Object.defineProperty(broker, "lookupRequest", {
    set: (set: LookupRequest) => {
      lookup = set;
      knowsVersions = true;
    },
    get: (): LookupRequest => (apiKey, definition) => {
      const ask = lookup(apiKey, definition);
      return (question) => adaptExchange(ask(question), question);
    },
  });
}

function withoutMissingTopics(decoded: unknown): Promise<unknown> {
  const metadata = decoded as { readonly topicMetadata: readonly { readonly topicErrorCode: number }[] };
  const topicMetadata = metadata.topicMetadata.filter(
    ({ topicErrorCode }) => topicErrorCode === 0 || topicErrorCode === noLeaderYet,
  );
  return Promise.resolve({ ...metadata, topicMetadata });
}

/** One of Kafka's protocol errors as kafkajs knows it. */
export interface ProtocolErrorEntry {
  readonly type: string;
  readonly code: number;
  readonly retriable: boolean;
  readonly message: string;
}

/** Kafka's protocol errors up to code 88 (org.apache.kafka.common.protocol.Errors), which kafkajs leaves out of its types. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
export const { errorCodes: protocolErrors } = require("kafkajs/src/protocol/error") as {
  readonly errorCodes: readonly ProtocolErrorEntry[];
};
