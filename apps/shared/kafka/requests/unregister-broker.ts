import { exchangeOf, type ProtocolExchange } from "./exchange";
import type { ProtocolStatus } from "./exchange";

const unregisterBrokerApiKey = 64;
/** Known since Kafka 2.8 (KIP-500). */
const unregisterBrokerVersion = 0;

/**
 * Removes a broker from a KRaft cluster. The cluster does not check whether the broker still runs: from then on it refuses the heartbeats
 * of the broker, which is then as good as dead.
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
      return reader.status();
    },
  });
}
