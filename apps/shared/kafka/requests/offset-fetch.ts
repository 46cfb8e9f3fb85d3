import { exchangeOf, type ProtocolExchange } from "./exchange";
import type { TopicPartition } from "./list-offsets";
import type { ProtocolStatus } from "./exchange";

/** The offset that a group has committed for one partition, or why it is unknown. */
export interface CommittedOffset extends TopicPartition, Pick<ProtocolStatus, "errorCode"> {
  /** The next offset that the group reads. */
  readonly offset: number;
}

/** All offsets that a group has committed. */
export interface CommittedOffsets extends Pick<ProtocolStatus, "errorCode"> {
  readonly partitions: readonly CommittedOffset[];
}

/**
 * Asks a group's coordinator for the committed offsets of all topics. Since Kafka 2.4.
 *
 * OffsetFetch Request (Version: 6) => group_id [topics] TAG_BUFFER
 *
 * OffsetFetch Response (Version: 6) => throttle_time_ms [topics] error_code TAG_BUFFER
 *   topics => name [partitions] TAG_BUFFER
 *     partitions => partition_index committed_offset committed_leader_epoch metadata error_code TAG_BUFFER
 */
export function offsetFetchExchange(groupId: string): ProtocolExchange<CommittedOffsets> {
  return exchangeOf({
    apiKey: 9,
    apiVersion: 6,
    apiName: "OffsetFetch",
    write: (writer) =>
      void writer
        .string(groupId)
        .array(undefined, () => {})
        .noTags(),
    read: (reader) => {
      reader.int32();
      const partitions = reader.array(() => {
        const topic = reader.string() ?? "";
        const committed = reader.array(() => {
          const partition = reader.int32();
          const offset = reader.int64();
          reader.int32();
          reader.string();
          const errorCode = reader.int16();
          reader.skipTags();
          return { topic, partition, offset, errorCode };
        });
        reader.skipTags();
        return committed;
      });
      return { errorCode: reader.int16(), partitions: partitions.flat() };
    },
  });
}
