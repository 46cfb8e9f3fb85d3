import { exchangeOf, type ProtocolExchange } from "./exchange";
import { throwIfRefused } from "../transport/errors";

/** By this, brokers know one producer and recognise what it sends again (KIP-98). */
export interface ProducerId {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

const initProducerIdApiKey = 22;
/** The first flexible version, known since Kafka 2.4; later ones only add how an existing id gets a new epoch (KIP-360). */
const initProducerIdVersion = 2;

/** Brokers require this time, although only transactions use it. */
const transactionTimeoutMs = 60_000;

/**
 * Asks any broker for the id of a new producer without transactions.
 *
 * InitProducerId Request (Version: 2) => transactional_id transaction_timeout_ms TAG_BUFFER
 *
 * InitProducerId Response (Version: 2) => throttle_time_ms error_code producer_id producer_epoch TAG_BUFFER
 * @throws KafkaError, when the answer is read, if the broker gives no id
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
      throwIfRefused({ errorCode: reader.int16(), errorMessage: undefined });
      return { producerId: reader.bigInt64(), producerEpoch: reader.int16() };
    },
  });
}
