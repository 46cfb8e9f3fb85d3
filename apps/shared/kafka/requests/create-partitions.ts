import { exchangeOf, type ProtocolExchange } from "./exchange";
import type { ProtocolStatus } from "./exchange";

/** A topic that gets more partitions. */
export interface PartitionsToAdd {
  readonly topic: string;
  /** How many partitions it has afterwards. */
  readonly count: number;
  /** For each added partition, the brokers that will store it, the preferred leader first. */
  readonly added: readonly (readonly number[])[];
}

const createPartitionsApiKey = 37;
/** The first flexible version, known since Kafka 2.4. */
const createPartitionsVersion = 2;

/**
 * Adds partitions to topics. Only the controller accepts this.
 *
 * CreatePartitions Request (Version: 2) => [topics] timeout_ms validate_only TAG_BUFFER
 *   topics => name count [assignments] TAG_BUFFER
 *     assignments => [broker_ids] TAG_BUFFER
 *
 * CreatePartitions Response (Version: 2) => throttle_time_ms [results] TAG_BUFFER
 *   results => name error_code error_message TAG_BUFFER
 */
export function createPartitionsExchange(
  topics: readonly PartitionsToAdd[],
  timeoutMs: number,
): ProtocolExchange<readonly (ProtocolStatus & { readonly topic: string })[]> {
  return exchangeOf({
    apiKey: createPartitionsApiKey,
    apiVersion: createPartitionsVersion,
    apiName: "CreatePartitions",
    write: (writer) => {
      writer
        .array(topics, ({ topic, count, added }) =>
          writer
            .string(topic)
            .int32(count)
            .array(added, (brokers) => writer.array(brokers, (broker) => writer.int32(broker)).noTags())
            .noTags(),
        )
        .int32(timeoutMs)
        .boolean(false)
        .noTags();
    },
    read: (reader) => {
      reader.int32();
      return reader.array(() => {
        const topic = reader.string() ?? "";
        const status = reader.status();
        reader.skipTags();
        return { ...status, topic };
      });
    },
  });
}
