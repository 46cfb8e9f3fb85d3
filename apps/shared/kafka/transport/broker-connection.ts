import type { Socket } from "node:net";
import type { Kafka } from "kafkajs";
import { within } from "../../shutdown";
import { ask, clusterOf, type OpenedBroker, ready } from "./any-broker";
import type { ProtocolExchange } from "../requests/exchange";

/** Where a broker listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What there is in a connection of kafkajs's. */
interface PooledConnection {
  readonly socket: Socket | undefined;
  rejectRequests(error: unknown): void;
  disconnect(): Promise<unknown>;
}

/** What there is in kafkajs's connections to one broker. */
type ConnectionPool = OpenedBroker["connectionPool"] & { readonly pool: readonly PooledConnection[] };

type PooledBroker = OpenedBroker & { readonly connectionPool: ConnectionPool; isConnected(): boolean };

/** What there is in a cluster of kafkajs's, of which only what makes connections is used here. */
export interface ConnectionMaker {
  readonly connectionPoolBuilder: {
    /** Without an address it goes round those that the client was given. */
    build(address?: Address): Promise<ConnectionPool>;
  };
  readonly brokerPool: {
    createBroker(settings: {
      readonly connectionPool: ConnectionPool;
      readonly logger: unknown;
    }): PooledBroker;
  };
  readonly rootLogger: unknown;
}

/** What makes connections with a client's settings. */
export function connectionMakerOf(kafka: Kafka): ConnectionMaker {
  return clusterOf(kafka) as unknown as ConnectionMaker;
}

const disconnectWithinMs = 2000;

/** A connection to one broker, made by kafkajs when it is first needed, and again when it is needed after it broke. */
export class BrokerConnection {
  private opened: Promise<PooledBroker> | undefined;
  private broker: PooledBroker | undefined;
  /** Whether it could be used once. */
  private wasReady = false;

  /** @param address without it, the next of those that the client was given */
  constructor(
    private readonly maker: ConnectionMaker,
    readonly address?: Address,
  ) {}

  get isOpen(): boolean {
    return this.broker?.isConnected() ?? false;
  }

  /**
   * Sends a request that brokers know since the release `since`. Any failure ends the connection: what else is under way on it fails too.
   * @throws what kafkajs throws, or TooOldBroker
   */
  async send<Answer>(exchange: ProtocolExchange<Answer>, since: string): Promise<Answer> {
    // A connection that the broker has closed, as it does with those that are idle, is to begin with kafkajs's first question again.
    if (this.wasReady && !this.isOpen) this.end(new Error("the connection was closed"));
    const opened = (this.opened ??= this.open());
    try {
      const broker = await ready(await opened);
      if (this.opened === opened) this.wasReady = true;
      return await ask(broker, exchange, since);
    } catch (error) {
      if (this.opened === opened) this.end(error);
      throw error;
    }
  }

  /** Ends the connection as soon as what is under way on it has been answered, or has had two seconds. */
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

  /** Ends the connection at once; what is under way on it fails for the reason given. */
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

  private async open(): Promise<PooledBroker> {
    const { connectionPoolBuilder, brokerPool, rootLogger } = this.maker;
    const connectionPool = await connectionPoolBuilder.build(this.address);
    return (this.broker = brokerPool.createBroker({ connectionPool, logger: rootLogger }));
  }
}
