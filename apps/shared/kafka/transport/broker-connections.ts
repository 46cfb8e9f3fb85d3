import { type Kafka, KafkaJSConnectionError } from "kafkajs";
import type { ProtocolExchange } from "../requests/exchange";
import type { BrokerDescription } from "../requests/metadata";
import { BrokerConnection, type ConnectionMaker, connectionMakerOf } from "./broker-connection";

/**
 * A connection to each broker of a cluster. What befalls one of them is nothing to the others, whereas kafkajs's own cluster can only be
 * given up as a whole.
 */
export class BrokerConnections {
  private readonly maker: ConnectionMaker;
  private readonly known = new Map<number, BrokerConnection>();
  /** To one of the addresses that the client was given, while no broker is known that answers. */
  private seed: BrokerConnection | undefined;
  private turn = 0;

  constructor(kafka: Kafka) {
    this.maker = connectionMakerOf(kafka);
  }

  /** Takes notice of which brokers there are, and where. */
  learn(brokers: readonly BrokerDescription[]): void {
    const now = new Map(brokers.map((broker) => [broker.nodeId, broker]));
    for (const [nodeId, connection] of this.known) {
      const broker = now.get(nodeId);
      if (broker?.host === connection.address?.host && broker?.port === connection.address?.port) continue;
      connection.end(new KafkaJSConnectionError(`broker ${nodeId} is not there any more`));
      this.known.delete(nodeId);
    }
    for (const { nodeId, host, port } of brokers) {
      if (!this.known.has(nodeId)) this.known.set(nodeId, new BrokerConnection(this.maker, { host, port }));
    }
    void this.seed?.close();
    this.seed = undefined;
  }

  /** Asks a certain broker. @throws what kafkajs throws when it cannot be reached or does not answer, or TooOldBroker */
  async askBroker<Answer>(
    nodeId: number,
    exchange: ProtocolExchange<Answer>,
    since: string,
  ): Promise<Answer> {
    const connection = this.known.get(nodeId);
    if (connection !== undefined) return connection.send(exchange, since);
    throw new KafkaJSConnectionError(`broker ${nodeId} is not there`);
  }

  /**
   * Asks one that is connected, or else any that can be reached; they take turns, since one may be cut from the others and not know
   * what goes on. One address of those that the client was given is tried after them;
   * the next call goes on with the next address.
   * @throws what kafkajs throws when none answers, or TooOldBroker
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
    const seed = (this.seed ??= new BrokerConnection(this.maker));
    return seed.send(exchange, since);
  }

  async close(): Promise<void> {
    const connections = [...this.known.values(), ...(this.seed === undefined ? [] : [this.seed])];
    await Promise.all(connections.map((connection) => connection.close()));
  }
}
