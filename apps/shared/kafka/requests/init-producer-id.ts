import { exchangeOf, type ProtocolExchange } from "./exchange";
import { throwRefusal } from "./refusal";

/** By what brokers know one producer, so that they can tell its repetitions (KIP-98). */
export interface ProducerId {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

export const initProducerIdApiKey = 22;
/** The first flexible version, known since Kafka 2.4; later ones only add how an id that one has is renewed (KIP-360). */
export const initProducerIdVersion = 2;

/** Only transactions have a time; brokers want one nevertheless. */
const transactionTimeoutMs = 60_000;

/**
 * Asks any broker for a new id of a producer without transactions.
 *
 * InitProducerId Request (Version: 2) => transactional_id transaction_timeout_ms TAG_BUFFER
 *
 * InitProducerId Response (Version: 2) => throttle_time_ms error_code producer_id producer_epoch TAG_BUFFER
 * @throws KafkaJSProtocolError, as the answer is read, where the broker has none to give
 */
export function initProducerIdExchange(): ProtocolExchange<ProducerId> {
  return exchangeOf({
    apiKey: initProducerIdApiKey,
    apiVersion: initProducerIdVersion,
    apiName: "InitProducerId",
    write: (writer) => {
      writer.string(undefined).int32(transactionTimeoutMs).noTags();
    },
    read: (reader) => {
      reader.int32();
      throwRefusal({ errorCode: reader.int16(), errorMessage: undefined });
      return { producerId: reader.bytes(8).readBigInt64BE(), producerEpoch: reader.int16() };
    },
  });
}
