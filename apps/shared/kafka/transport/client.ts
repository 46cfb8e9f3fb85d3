import { createConnection, type Socket } from "node:net";
import {
  type Admin,
  type Consumer,
  type KafkaConfig,
  type LogEntry,
  logLevel,
  PartitionAssigners,
} from "kafkajs";
import { consumerRebalanceMs, consumerSessionMs } from "../../../../contract/consumer-types";
import type { Logger } from "../../logger";
import { ClusterAdmin, QuorumAdmin } from "../admin/cluster-admin";
import { ClusterView } from "../admin/cluster-view";
import { identifyTopics, type TopicIdentities } from "../admin/topics";
import type { BrokerDescription } from "../requests/metadata";
import { AnyBrokerConnection } from "./any-broker";
import { BrokerConnections } from "./broker-connection";
import { connectionProblem, throwingKafkaErrors, toKafkajsError } from "./errors";
import { type FetchListener, listenToFetches } from "./fetch-answers";
import { AdaptedKafka } from "./adapted-kafka";
import { Addresses, Outages } from "./network";

export interface KafkaOptions {
  readonly bootstrapServers: readonly string[];
  /** The name of one running instance. A consumer regards group members of this name as left behind by its own crashes. */
  readonly clientId: string;
  readonly logger: Logger;
}

/** The clients of one cluster, with the settings that this project needs. All of them throw {@link KafkaError}s. */
export interface KafkaClient {
  readonly logger: Logger;
  admin(): Admin;
  /** Reads and changes the whole cluster. */
  clusterAdmin(): ClusterAdmin;
  /** Reads and changes the voters in the quorum of a KRaft cluster. */
  quorumAdmin(): QuorumAdmin;
  /** @param listener hears the result of each fetch of the consumer */
  consumer(groupId: string, listener?: FetchListener): GroupConsumer;
  /** A connection for requests that kafkajs has no method for. It is opened at its first use. */
  connection(): AnyBrokerConnection;
  /** Connections of their own to each broker. */
  brokerConnections(): BrokerConnections;
  /** Observes these nodes, which need not be the client's bootstrap servers. */
  clusterView(nodes: readonly BrokerDescription[]): ClusterView;
  /** The identities of the topics with these names, asked once of one broker. @throws KafkaError if no broker answers */
  identifyTopics(topics: readonly string[]): Promise<TopicIdentities>;
}

/** A consumer of a group, which can also remove members that its own crashes have left behind. */
export interface GroupConsumer {
  readonly consumer: Consumer;
  /**
   * Removes members of the group that have this client's id: earlier runs of this process that ended without leaving (kill -9). Otherwise
   * the group waits until their session ends before it assigns partitions to anybody. kafkajs has no static membership (KIP-345), which
   * would make this unnecessary.
   */
  removeFormerMembers(): Promise<void>;
}

const keepAliveDelayMs = 30_000;

/** Makes the clients of a cluster. Nothing connects before it is used. */
export function createKafka({ bootstrapServers, clientId, logger }: KafkaOptions): KafkaClient {
  const outages = new Outages(logger);
  const addresses = new Addresses();
  const config: KafkaConfig = {
    brokers: [...bootstrapServers],
    clientId,
    connectionTimeout: 3000,
    // A broker that hangs loses its leaderships when its session (6 s) ends; waiting much longer for it is useless.
    requestTimeout: 9000,
    // Short rounds: the callers repeat, and know better what to log meanwhile.
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
      // Not "connect": Docker's port proxy accepts connections for brokers that do not run.
      socket.once("data", () => outages.answered(`${host}:${port}`));
      return socket;
    },
  };
  const kafka = new AdaptedKafka(config);
  const administration = new AdaptedKafka(config, { acceptsIncompleteMetadata: true });
  const administrator = new AnyBrokerConnection(administration);
  const identifier = new AnyBrokerConnection(kafka);
  return {
    logger,
    admin: () => throwingKafkaErrors(kafka.admin()),
    clusterAdmin: () => new ClusterAdmin(administrator, throwingKafkaErrors(administration.admin())),
    quorumAdmin: () => new QuorumAdmin(administrator),
    consumer: (groupId, listener) => groupConsumer(kafka, clientId, groupId, listener),
    connection: () => new AnyBrokerConnection(kafka),
    brokerConnections: () => new BrokerConnections(kafka),
    clusterView: (nodes) => new ClusterView(new BrokerConnections(kafka), nodes),
    identifyTopics: (topics) => identifyTopics(identifier, topics),
  };
}

function groupConsumer(
  kafka: AdaptedKafka,
  clientId: string,
  groupId: string,
  listener: FetchListener | undefined,
): GroupConsumer {
  const { consumer, cluster } = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    sessionTimeout: consumerSessionMs,
    heartbeatInterval: 3000,
    rebalanceTimeout: consumerRebalanceMs,
    // How soon added partitions are noticed: kafkajs then joins the group again. For a thousand topics an answer has 100 kB.
    metadataMaxAge: 10_000,
    // Stopping waits for the fetch under way; this bounds the wait.
    maxWaitTimeInMs: 500,
    // Memory holds an answer several times: as bytes, as messages, and the next answer already.
    maxBytes: 2_097_152,
    retry: {
      initialRetryTime: 300,
      maxRetryTime: 2000,
      retries: 5,
      // The caller starts again with a new consumer as soon as a broker answers.
      restartOnFailure: () => Promise.resolve(false),
    },
    partitionAssigners: [PartitionAssigners.roundRobin],
  });
  if (listener !== undefined) listenToFetches(cluster, listener);
  return {
    consumer: withKafkaErrors(consumer),
    async removeFormerMembers() {
      const members = await membersNamed(kafka, clientId, groupId);
      if (members.length === 0) return;
      const coordinator = await cluster.findGroupCoordinator({ groupId });
      for (const memberId of members) await coordinator.leaveGroup({ groupId, memberId });
    },
  };
}

/** A consumer that throws {@link KafkaError}s, and whose `eachBatch` may throw them: kafkajs gets its own errors back. */
function withKafkaErrors(consumer: Consumer): Consumer {
  return throwingKafkaErrors({
    ...consumer,
    run: (config) => {
      const { eachBatch } = config ?? {};
      if (eachBatch === undefined) return consumer.run(config);
      return consumer.run({
        ...config,
        eachBatch: async (payload) => {
          try {
            await eachBatch(throwingKafkaErrors(payload));
          } catch (error) {
            throw toKafkajsError(error);
          }
        },
      });
    },
  });
}

/** The ids of a group's members that have a client id. */
async function membersNamed(kafka: AdaptedKafka, clientId: string, groupId: string): Promise<string[]> {
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

/** kafkajs logs every retry as an error. This logs one line an outage, and the rest at level debug. */
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
