import { exchangeOf, type ProtocolExchange } from "./exchange";
import type { BrokerDescription } from "./metadata";
import type { ProtocolStatus } from "./exchange";

/** The broker that coordinates a group and stores its offsets, or why there is none. */
export interface FoundCoordinator extends ProtocolStatus {
  readonly coordinator: BrokerDescription;
}

const consumerGroup = 0;

/**
 * Asks any broker for the coordinator of a group. Since Kafka 2.4.
 *
 * FindCoordinator Request (Version: 3) => key key_type TAG_BUFFER
 *
 * FindCoordinator Response (Version: 3) => throttle_time_ms error_code error_message node_id host port TAG_BUFFER
 */
export function findCoordinatorExchange(groupId: string): ProtocolExchange<FoundCoordinator> {
  return exchangeOf({
    apiKey: 10,
    apiVersion: 3,
    apiName: "FindCoordinator",
    write: (writer) => void writer.string(groupId).int8(consumerGroup).noTags(),
    read: (reader) => {
      reader.int32();
      const errorCode = reader.int16();
      const errorMessage = reader.string();
      const coordinator = { nodeId: reader.int32(), host: reader.string() ?? "", port: reader.int32() };
      return { errorCode, errorMessage, coordinator };
    },
  });
}
