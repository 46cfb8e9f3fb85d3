import { exchangeOf, type ProtocolExchange } from "./exchange";
import type { ProtocolStatus } from "./exchange";

/** A partition by its topic's name. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** What a partition holds: offsets from `earliest` up to, but without, `latest`. */
export interface PartitionOffsets {
  readonly partition: number;
  readonly earliest: number;
  readonly latest: number;
}

/** The offset to ask for, as Kafka's special timestamps: the first that exists, or the next that will be written. */
const offsetKinds = { latest: -1, earliest: -2 } as const;
export type OffsetKind = keyof typeof offsetKinds;

/** An offset of one partition, or why it is unknown. */
export interface ListedOffset extends TopicPartition, Pick<ProtocolStatus, "errorCode"> {
  /** -1 if there was an error. */
  readonly offset: number;
}

/** Not a broker but a consumer. */
const consumer = -1;
const noEpoch = -1;
const readUncommitted = 0;

/**
 * Asks for offsets of partitions at their leader. Since Kafka 2.7.
 *
 * ListOffsets Request (Version: 6) => replica_id isolation_level [topics] TAG_BUFFER
 *   topics => name [partitions] TAG_BUFFER
 *     partitions => partition_index current_leader_epoch timestamp TAG_BUFFER
 *
 * ListOffsets Response (Version: 6) => throttle_time_ms [topics] TAG_BUFFER
 *   topics => name [partitions] TAG_BUFFER
 *     partitions => partition_index error_code timestamp offset leader_epoch TAG_BUFFER
 */
export function listOffsetsExchange(
  kind: OffsetKind,
  partitions: readonly TopicPartition[],
): ProtocolExchange<readonly ListedOffset[]> {
  return exchangeOf({
    apiKey: 2,
    apiVersion: 6,
    apiName: "ListOffsets",
    write: (writer) => {
      const topics = [...Map.groupBy(partitions, ({ topic }) => topic)];
      writer
        .int32(consumer)
        .int8(readUncommitted)
        .array(topics, ([topic, partitions]) =>
          writer
            .string(topic)
            .array(partitions, ({ partition }) =>
              writer.int32(partition).int32(noEpoch).int64(offsetKinds[kind]).noTags(),
            )
            .noTags(),
        )
        .noTags();
    },
    read: (reader) => {
      reader.int32();
      const listed = reader.array(() => {
        const topic = reader.string() ?? "";
        const partitions = reader.array(() => {
          const partition = reader.int32();
          const errorCode = reader.int16();
          reader.int64();
          const offset = reader.int64();
          reader.int32();
          reader.skipTags();
          return { topic, partition, errorCode, offset };
        });
        reader.skipTags();
        return partitions;
      });
      return listed.flat();
    },
  });
}
