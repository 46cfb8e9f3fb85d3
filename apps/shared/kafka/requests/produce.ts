import { type ProtocolExchange, ProtocolReader } from "./exchange";
import type { ProtocolStatus } from "./exchange";

/** What to write to one topic: by partition, one whole batch of records. */
export interface ProduceRequest {
  readonly topic: string;
  readonly batches: ReadonlyMap<number, Buffer>;
  /** How long the broker may wait for the other replicas. */
  readonly timeoutMs: number;
}

/** The result for one partition's batch. */
export interface ProducedPartition extends ProtocolStatus {
  readonly partition: number;
  /** The offset of the first record; undefined if the broker does not report it. */
  readonly baseOffset: bigint | undefined;
}

const produceApiKey = 0;
/**
 * Known from Kafka 2.4 to 4.x and beyond: the first version with the broker's own words about rejected records (KIP-467), and the last
 * one with lengths of fixed size, so that a batch's position in the request does not depend on them.
 */
const produceVersion = 8;

const allInSyncReplicas = -1;
const noText = -1;
const unknownOffset = -1n;

/**
 * Writes batches to partitions that one broker leads; acknowledged by all replicas in sync.
 *
 * Produce Request (Version: 8) => transactional_id acks timeout_ms [topic_data]
 *   topic_data => name [partition_data]
 *     partition_data => index records
 *
 * Produce Response (Version: 8) => [responses] throttle_time_ms
 *   responses => name [partition_responses]
 *     partition_responses => index error_code base_offset log_append_time_ms log_start_offset [record_errors] error_message
 *       record_errors => batch_index batch_index_error_message
 */
export function produceExchange(request: ProduceRequest): ProtocolExchange<readonly ProducedPartition[]> {
  return {
    request: {
      apiKey: produceApiKey,
      apiVersion: produceVersion,
      apiName: "Produce",
      encode: () => {
        const bytes = Buffer.concat(encodeProduce(request));
        return Promise.resolve({ buf: bytes, buffer: bytes });
      },
    },
    response: {
      decode: (payload) => {
        const reader = new ProtocolReader(payload);
        const answer = reader
          .classicArray(() => {
            reader.classicString();
            return reader.classicArray(() => readPartition(reader));
          })
          .flat();
        return Promise.resolve({ answer, clientSideThrottleTime: reader.int32() });
      },
      parse: ({ answer }) => Promise.resolve(answer),
    },
  };
}

/** The request's body in parts; every other part is a batch, which is not copied. */
function encodeProduce({ topic, batches, timeoutMs }: ProduceRequest): Buffer[] {
  const name = Buffer.from(topic, "utf8");
  const head = Buffer.alloc(2 + 2 + 4 + 4 + 2 + name.length + 4);
  let at = head.writeInt16BE(noText, 0);
  at = head.writeInt16BE(allInSyncReplicas, at);
  at = head.writeInt32BE(timeoutMs, at);
  at = head.writeInt32BE(1, at);
  at = head.writeInt16BE(name.length, at);
  at += name.copy(head, at);
  head.writeInt32BE(batches.size, at);
  const parts: Buffer[] = [head];
  for (const [partition, batch] of batches) {
    const place = Buffer.alloc(4 + 4);
    place.writeInt32BE(batch.length, place.writeInt32BE(partition, 0));
    parts.push(place, batch);
  }
  return parts;
}

function readPartition(reader: ProtocolReader): ProducedPartition {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const baseOffset = reader.bigInt64();
  reader.skip(8 + 8);
  const recordErrors = reader.classicArray(() => {
    reader.int32();
    return reader.classicString();
  });
  const errorMessage = reader.classicString() ?? recordErrors.find((words) => words !== undefined);
  return {
    partition,
    errorCode,
    errorMessage,
    baseOffset: baseOffset === unknownOffset ? undefined : baseOffset,
  };
}
