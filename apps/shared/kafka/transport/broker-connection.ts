import { within } from "../../shutdown";
import type { ProtocolExchange } from "../requests/exchange";
import type { BrokerDescription } from "../requests/metadata";
import { ask, ready } from "./any-broker";
import { KafkaError, toConnectionError } from "./errors";
import type { Address, BrokerInternals, ClusterInternals, ClusterMaker } from "./kafkajs-internals";

const disconnectWithinMs = 2000;

/** A connection to one broker. kafkajs opens it at its first use, and again when it is used after it broke. */
class BrokerConnection {
  private opened: Promise<BrokerInternals> | undefined;
  private broker: BrokerInternals | undefined;
  private wasReady = false;

  /**
   * @param cluster opens connections with a client's settings
   * @param address without it, the next of the client's bootstrap servers
   */
  constructor(
    private readonly cluster: ClusterInternals,
    readonly address?: Address,
  ) {}

  get isOpen(): boolean {
    return this.broker?.isConnected() ?? false;
  }

  /**
   * Sends a request that brokers know since the release `since`. Any failure ends the connection: the other requests that are under way on
   * it fail too.
   * @throws KafkaError or TooOldBroker
   */
  async send<Answer>(exchange: ProtocolExchange<Answer>, since: string): Promise<Answer> {
    // Brokers close idle connections. A new one begins with kafkajs's first question again.
    if (this.wasReady && !this.isOpen) this.end(new Error("the connection was closed"));
    const opened = (this.opened ??= this.open());
    try {
      const broker = await ready(await opened);
      if (this.opened === opened) this.wasReady = true;
      return await ask(broker, exchange, since);
    } catch (error) {
      const failure = toConnectionError(error);
      if (this.opened === opened) this.end(failure);
      throw failure;
    }
  }

  /** Ends the connection as soon as the requests under way have been answered, and after two seconds at the latest. */
  async close(): Promise<void> {
    const { broker } = this;
    this.forget();
    if (broker === undefined) return;
    await within(
      disconnectWithinMs,
      Promise.all(broker.connectionPool.pool.map((connection) => connection.disconnect())),
    ).catch(() => {});
    for (const { socket } of broker.connectionPool.pool) socket?.destroy();
  }

  /** Ends the connection at once; the requests under way fail with the reason. */
  end(reason: unknown): void {
    const { broker } = this;
    this.forget();
    for (const connection of broker?.connectionPool.pool ?? []) {
      connection.rejectRequests(reason);
      connection.socket?.destroy();
      connection.disconnect().catch(() => {});
    }
  }

  private forget(): void {
    this.opened = undefined;
    this.broker = undefined;
    this.wasReady = false;
  }

  private async open(): Promise<BrokerInternals> {
    const { connectionPoolBuilder, brokerPool, rootLogger } = this.cluster;
    const connectionPool = await connectionPoolBuilder.build(this.address);
    return (this.broker = brokerPool.createBroker({ connectionPool, logger: rootLogger }));
  }
}

/**
 * A connection to each broker of a cluster. A failure of one does not affect the others, whereas kafkajs's own cluster can be given up
 * only as a whole.
 */
export class BrokerConnections {
  private readonly cluster: ClusterInternals;
  private readonly known = new Map<number, BrokerConnection>();
  /** To one of the bootstrap servers, while no known broker answers. */
  private seed: BrokerConnection | undefined;
  private turn = 0;

  constructor(kafka: ClusterMaker) {
    this.cluster = kafka.newCluster();
  }

  /** Takes over which brokers exist, and where they listen. */
  learn(brokers: readonly BrokerDescription[]): void {
    const now = new Map(brokers.map((broker) => [broker.nodeId, broker]));
    for (const [nodeId, connection] of this.known) {
      const broker = now.get(nodeId);
      if (broker?.host === connection.address?.host && broker?.port === connection.address?.port) continue;
      connection.end(new KafkaError("CONNECTION_FAILED", `broker ${nodeId} is not there any more`));
      this.known.delete(nodeId);
    }
    for (const { nodeId, host, port } of brokers) {
      if (!this.known.has(nodeId)) this.known.set(nodeId, new BrokerConnection(this.cluster, { host, port }));
    }
    void this.seed?.close();
    this.seed = undefined;
  }

  /** Asks one broker. @throws KafkaError if it cannot be reached or does not answer, or TooOldBroker */
  async askBroker<Answer>(
    nodeId: number,
    exchange: ProtocolExchange<Answer>,
    since: string,
  ): Promise<Answer> {
    const connection = this.known.get(nodeId);
    if (connection !== undefined) return connection.send(exchange, since);
    throw new KafkaError("CONNECTION_FAILED", `broker ${nodeId} is not there`);
  }

  /**
   * Asks a connected broker, or else any that can be reached. Brokers take turns, because one may be cut off from the others and know
   * nothing new. One bootstrap server is tried after them; the next call continues with the next bootstrap server.
   * @throws KafkaError if no broker answers, or TooOldBroker
   */
  async askAny<Answer>(exchange: ProtocolExchange<Answer>, since: string): Promise<Answer> {
    const connections = [...this.known.values()];
    const first = this.turn++ % Math.max(1, connections.length);
    const turns = [...connections.slice(first), ...connections.slice(0, first)];
    const inOrder = [...turns.filter(({ isOpen }) => isOpen), ...turns.filter(({ isOpen }) => !isOpen)];
    for (const connection of inOrder) {
      try {
        return await connection.send(exchange, since);
      } catch {
        // The next one is asked.
      }
    }
    const seed = (this.seed ??= new BrokerConnection(this.cluster));
    return seed.send(exchange, since);
  }

  async close(): Promise<void> {
    const connections = [...this.known.values(), ...(this.seed === undefined ? [] : [this.seed])];
    await Promise.all(connections.map((connection) => connection.close()));
  }
}
