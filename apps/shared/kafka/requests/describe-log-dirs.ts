import type { TopicPartitions } from "./elect-leaders";
import { exchangeOf, type ProtocolExchange } from "./exchange";

const describeLogDirsApiKey = 35;
/** The first flexible version, known since Kafka 2.6. */
const describeLogDirsVersion = 2;

/** How many bytes of a partition one broker stores. */
export interface ReplicaSize {
  readonly topic: string;
  readonly partition: number;
  readonly sizeBytes: number;
}

/**
 * Asks a broker how much it stores of partitions. It answers only for itself.
 *
 * DescribeLogDirs Request (Version: 2) => [topics] TAG_BUFFER
 *   topics => topic [partitions] TAG_BUFFER
 *
 * DescribeLogDirs Response (Version: 2) => throttle_time_ms [results] TAG_BUFFER
 *   results => error_code log_dir [topics] TAG_BUFFER
 *     topics => name [partitions] TAG_BUFFER
 *       partitions => partition_index partition_size offset_lag is_future_key TAG_BUFFER
 */
export function describeLogDirsExchange(
  topics: readonly TopicPartitions[],
): ProtocolExchange<readonly ReplicaSize[]> {
  return exchangeOf({
    apiKey: describeLogDirsApiKey,
    apiVersion: describeLogDirsVersion,
    apiName: "DescribeLogDirs",
    write: (writer) => {
      writer
        .array(topics, ({ topic, partitions }) =>
          writer
            .string(topic)
            .array(partitions, (partition) => writer.int32(partition))
            .noTags(),
        )
        .noTags();
    },
    read: (reader) => {
      reader.int32();
      return reader
        .array(() => {
          reader.int16();
          reader.string();
          const sizes = reader.array(() => {
            const topic = reader.string() ?? "";
            const partitions = reader.array(() => {
              const size = { topic, partition: reader.int32(), sizeBytes: reader.int64() };
              reader.int64();
              reader.skip(1);
              reader.skipTags();
              return size;
            });
            reader.skipTags();
            return partitions;
          });
          reader.skipTags();
          return sizes.flat();
        })
        .flat();
    },
  });
}
