import type { ProtocolExchange } from "./exchange";
import { ProtocolReader } from "./reader";
import type { ProtocolStatus } from "./refusal";

/** What is to be written to one topic, by partition: a whole batch of records each. */
export interface ProduceRequest {
  readonly topic: string;
  readonly batches: ReadonlyMap<number, Buffer>;
  /** How long the broker may wait for the other replicas. */
  readonly timeoutMs: number;
}

/** What became of one partition's batch. */
export interface ProducedPartition extends ProtocolStatus {
  readonly partition: number;
  /** Where the first record stands; undefined where the broker does not say. */
  readonly baseOffset: bigint | undefined;
}

export const produceApiKey = 0;
/**
 * Known from Kafka 2.4 to 4.x and beyond: the first with the broker's own words of what is wrong with records (KIP-467), and the last
 * whose lengths are fixed, so that a batch's place in the request does not depend on them.
 */
export const produceVersion = 8;

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
        const answer = array(reader, () => {
          text(reader);
          return array(reader, () => readPartition(reader));
        }).flat();
        return Promise.resolve({ answer, clientSideThrottleTime: reader.int32() });
      },
      parse: ({ answer }) => Promise.resolve(answer),
    },
  };
}

/** The request's body in parts, of which every other is a batch as it lies in memory. */
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
  const baseOffset = reader.bytes(8).readBigInt64BE();
  reader.skip(8 + 8);
  const recordErrors = array(reader, () => {
    reader.int32();
    return text(reader);
  });
  const errorMessage = text(reader) ?? recordErrors.find((words) => words !== undefined);
  return {
    partition,
    errorCode,
    errorMessage,
    baseOffset: baseOffset === unknownOffset ? undefined : baseOffset,
  };
}

function array<Item>(reader: ProtocolReader, item: () => Item): Item[] {
  const items: Item[] = [];
  for (let rest = reader.int32(); rest > 0; rest--) items.push(item());
  return items;
}

function text(reader: ProtocolReader): string | undefined {
  const length = reader.int16();
  return length === noText ? undefined : reader.bytes(length).toString("utf8");
}
