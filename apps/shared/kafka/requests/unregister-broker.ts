import { exchangeOf, type ProtocolExchange } from "./exchange";
import type { ProtocolStatus } from "./refusal";

export const unregisterBrokerApiKey = 64;
/** Known since Kafka 2.8 (KIP-500). */
export const unregisterBrokerVersion = 0;

/**
 * Lets a KRaft cluster forget a broker that is gone. It is not asked whether the broker still runs: one that does is as good as dead
 * from then on, since its heartbeats are refused.
 *
 * UnregisterBroker Request (Version: 0) => broker_id TAG_BUFFER
 *
 * UnregisterBroker Response (Version: 0) => throttle_time_ms error_code error_message TAG_BUFFER
 */
export function unregisterBrokerExchange(nodeId: number): ProtocolExchange<ProtocolStatus> {
  return exchangeOf({
    apiKey: unregisterBrokerApiKey,
    apiVersion: unregisterBrokerVersion,
    apiName: "UnregisterBroker",
    write: (writer) => {
      writer.int32(nodeId).noTags();
    },
    read: (reader) => {
      reader.int32();
      return { errorCode: reader.int16(), errorMessage: reader.string() };
    },
  });
}
