import { createConnection, type Socket } from "node:net";
import {
  type Admin,
  type Cluster,
  type Consumer,
  Kafka,
  type LogEntry,
  logLevel,
  PartitionAssigners,
} from "kafkajs";
import type { Logger } from "../../logger";
import { Addresses } from "./addresses";
import { AnyBrokerConnection } from "./any-broker";
import { ClusterAdmin } from "../admin/cluster-admin";
import { ClusterView } from "../admin/cluster-view";
import { type FetchingCluster, type FetchListener, listenToFetches } from "./fetch-answers";
import { acceptIncompleteMetadata, applyKafkajsFixes } from "./kafkajs-internals";
import { connectionProblem, Outages } from "./outages";
import { BrokerConnections } from "./broker-connections";
import type { BrokerDescription } from "../requests/metadata";
import { QuorumAdmin } from "../admin/quorum-admin";
import { readFetchesQuickly } from "./fetch-decoding";
import { identifyTopics, type TopicIdentities } from "../admin/topic-identities";

export interface KafkaOptions {
  readonly bootstrapServers: readonly string[];
  /** Names one running instance: a consumer takes members of this name for what a crash of its own has left behind. */
  readonly clientId: string;
  readonly logger: Logger;
}

/** The clients of one cluster, with the settings that this project needs. */
export interface KafkaClient {
  readonly logger: Logger;
  admin(): Admin;
  /** Sees and changes the whole cluster. Not for apps that consume. */
  clusterAdmin(): ClusterAdmin;
  /** Sees and changes who votes in the quorum of a KRaft cluster. */
  quorumAdmin(): QuorumAdmin;
  /** @param listener is told what becomes of each of its fetches */
  consumer(groupId: string, listener?: FetchListener): GroupConsumer;
  /** A connection of one's own for requests that kafkajs has no method for; it is made when it is first used. */
  connection(): AnyBrokerConnection;
  /** Connections of one's own, one to each broker. */
  brokerConnections(): BrokerConnections;
  /** Looks at these nodes, which need not be those that the client was given. */
  clusterView(nodes: readonly BrokerDescription[]): ClusterView;
  /** Which topics they are that bear these names, by one broker, asked once; throws when none answers. */
  identifyTopics(topics: readonly string[]): Promise<TopicIdentities>;
}

/** A consumer of a group, which can also take its earlier lives out of it. */
export interface GroupConsumer {
  readonly consumer: Consumer;
  /**
   * Lets members of the group go that are this client's own earlier lives, ended without leaving (kill -9). Until then,
   * or until their session ends, the group waits for them before it gives partitions to anybody. kafkajs has no static
   * membership (KIP-345), which would make this unnecessary.
   */
  removeFormerMembers(): Promise<void>;
}

const keepAliveDelayMs = 30_000;

export function createKafka({ bootstrapServers, clientId, logger }: KafkaOptions): KafkaClient {
  applyKafkajsFixes();
  readFetchesQuickly();
  const outages = new Outages(logger);
  const addresses = new Addresses();
  const kafka = new Kafka({
    brokers: [...bootstrapServers],
    clientId,
    connectionTimeout: 3000,
    // A broker that hangs is no longer a leader when its session (6 s) has ended; waiting much longer for it helps nobody.
    requestTimeout: 9000,
    // Short rounds: whoever calls keeps at it, and knows better what to say meanwhile.
    retry: { initialRetryTime: 200, maxRetryTime: 1000, retries: 3 },
    logLevel: logger.writes("debug") ? logLevel.INFO : logLevel.WARN,
    logCreator: () => (entry) => relay(entry, logger, outages),
    socketFactory: ({ host, port, onConnect }): Socket => {
      const socket = createConnection({
        host,
        port,
        lookup: addresses.lookup,
        keepAlive: true,
        keepAliveInitialDelay: keepAliveDelayMs,
      });
      addresses.watch(socket);
      socket.setNoDelay(true);
      socket.once("connect", onConnect);
      // Not "connect": Docker's port proxy takes connections for brokers that are not there.
      socket.once("data", () => outages.answered(`${host}:${port}`));
      return socket;
    },
  });
  const anyBroker = new AnyBrokerConnection(kafka);
  return {
    logger,
    admin: () => kafka.admin(),
    clusterAdmin: () => {
      acceptIncompleteMetadata();
      return new ClusterAdmin(anyBroker, kafka.admin());
    },
    quorumAdmin: () => new QuorumAdmin(anyBroker),
    consumer: (groupId, listener) => groupConsumer(kafka, clientId, groupId, listener),
    connection: () => new AnyBrokerConnection(kafka),
    brokerConnections: () => new BrokerConnections(kafka),
    clusterView: (nodes) => new ClusterView(new BrokerConnections(kafka), nodes),
    identifyTopics: (topics) => identifyTopics(anyBroker, topics),
  };
}

function groupConsumer(
  kafka: Kafka,
  clientId: string,
  groupId: string,
  listener: FetchListener | undefined,
): GroupConsumer {
  let cluster: Cluster | undefined;
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    sessionTimeout: 30_000,
    heartbeatInterval: 3000,
    rebalanceTimeout: 60_000,
    // How soon partitions that were added are seen: kafkajs then joins the group anew. For a thousand topics it is 100 kB.
    metadataMaxAge: 10_000,
    // Stopping waits for the fetch under way, so that this bounds how long it takes.
    maxWaitTimeInMs: 500,
    // What a broker answers at once is in memory several times over: as bytes, as messages, and the next answer already.
    maxBytes: 2_097_152,
    retry: {
      initialRetryTime: 300,
      maxRetryTime: 2000,
      retries: 5,
      // Who consumes starts again with a new consumer, once a broker answers.
      restartOnFailure: () => Promise.resolve(false),
    },
    partitionAssigners: [
      (settings) => {
        // The only place where kafkajs lets go of its connections.
        cluster = settings.cluster;
        if (listener !== undefined) listenToFetches(cluster as unknown as FetchingCluster, listener);
        return PartitionAssigners.roundRobin(settings);
      },
    ],
  });
  return {
    consumer,
    async removeFormerMembers() {
      const members = await membersNamed(kafka, clientId, groupId);
      // kafkajs has this request, but leaves it out of its types.
      type Coordinator = { leaveGroup(member: { groupId: string; memberId: string }): Promise<unknown> };
      const coordinator = (await cluster?.findGroupCoordinator({ groupId })) as Coordinator | undefined;
      for (const memberId of members) await coordinator?.leaveGroup({ groupId, memberId });
    },
  };
}

/** The ids of a group's members that have a client id. */
async function membersNamed(kafka: Kafka, clientId: string, groupId: string): Promise<string[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const { groups } = await admin.describeGroups([groupId]);
    const members = groups.flatMap((group) => group.members);
    return members.filter((member) => member.clientId === clientId).map((member) => member.memberId);
  } finally {
    await admin.disconnect();
  }
}

/** kafkajs reports every retry as an error; people get one line an outage, and the rest when they debug. */
function relay({ namespace, log }: LogEntry, logger: Logger, outages: Outages): void {
  const { message, broker, topic, partition } = log as LogEntry["log"] & Record<string, unknown>;
  if (namespace === "Connection" && /^Connection (error|timeout)/.test(message)) {
    outages.failed(String(broker), connectionProblem(message));
  } else if (message.startsWith("Offset out of range")) {
    logger.warn("the offset to read from does not exist (any more): starting at the oldest message", {
      topic,
      partition,
    });
    return;
  }
  logger.debug(`kafkajs ${namespace}: ${message}`, { broker, topic, partition });
}
