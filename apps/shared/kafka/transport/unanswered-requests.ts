import type { Socket } from "node:net";
import { KafkaJSConnectionError } from "kafkajs";

/**
 * What a broker answers from its memory is answered at once. One that takes longer hangs, or is too busy to be of use;
 * until it answers, it has taken no other request of the connection.
 */
const handshakeTimeoutMs = 3000;

interface ConnectionInside {
  readonly broker: string;
  readonly socket: Socket | undefined;
}

type Send = (this: ConnectionInside, exchange: unknown) => Promise<unknown>;

interface QueuedRequest {
  readonly entry: { readonly apiName: string };
  requestTimeout: number;
}

interface BrokerInside {
  versions: unknown;
  isConnected(): boolean;
}

// kafkajs ships no types for its inner modules; the version is pinned and the test beside this file holds the shape.
/* eslint-disable @typescript-eslint/no-require-imports */
const Connection = require("kafkajs/src/network/connection") as { prototype: { send: Send } };
const RequestQueue = require("kafkajs/src/network/requestQueue") as {
  prototype: { createSocketRequest: (pushed: unknown) => QueuedRequest };
};
const Broker = require("kafkajs/src/broker") as {
  prototype: { connect: (this: BrokerInside) => Promise<void> };
};
/* eslint-enable @typescript-eslint/no-require-imports */

let applied = false;

/**
 * A broker that hangs (a stopped process, a stalled host) keeps its connections, and takes new ones: its machine does
 * that for it. kafkajs 2.2.4 only fails the one request that got no answer, and goes on with that connection: it may ask
 * the broker that hangs, and no other, for as long as it hangs. From now on, for this whole process:
 *
 * - a request without an answer in its time breaks the connection, so that others are asked, as in Kafka's own clients
 *   (NetworkClient.handleTimedOutRequests);
 * - whoever connects to a broker begins with a question that has to be answered soon (ApiVersions, as in KIP-35), which kafkajs asks
 *   once a broker. It has two connections to each, the second for fetches alone; one of them that it opens while the other stands
 *   begins with what is to be asked, and is given up after the time of that.
 */
export function giveUpUnansweredConnections(): void {
  if (applied) return;
  applied = true;

  const { send } = Connection.prototype;
  Connection.prototype.send = async function (exchange) {
    try {
      return await send.call(this, exchange);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "KafkaJSRequestTimeoutError") throw error;
      const reason = new KafkaJSConnectionError(`Connection error: no answer (timeout): ${error.message}`, {
        broker: this.broker,
        code: "ETIMEDOUT",
      });
      this.socket?.destroy(new Error(`no answer (timeout): ${error.message}`));
      throw reason;
    }
  };

  const { createSocketRequest } = RequestQueue.prototype;
  RequestQueue.prototype.createSocketRequest = function (pushed) {
    const request = createSocketRequest.call(this, pushed);
    // kafkajs takes the time that a request asks for only if it is longer than usual.
    if (request.entry.apiName === "ApiVersions") request.requestTimeout = handshakeTimeoutMs;
    return request;
  };

  const { connect } = Broker.prototype;
  Broker.prototype.connect = function () {
    if (!this.isConnected()) this.versions = null;
    return connect.call(this);
  };
}
