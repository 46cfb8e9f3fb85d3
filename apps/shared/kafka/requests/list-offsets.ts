import { exchangeOf, type ProtocolExchange } from "./exchange";
import type { ProtocolStatus } from "./refusal";

export interface TopicPlace {
  readonly topic: string;
  readonly partition: number;
}

/** Which offset of a partition is asked for, as Kafka's special timestamps: the first that it has, or the first that it will have. */
export const offsetKinds = { latest: -1, earliest: -2 } as const;
export type OffsetKind = keyof typeof offsetKinds;

/** An offset of one partition, or why there is none. */
export interface ListedOffset extends TopicPlace, Pick<ProtocolStatus, "errorCode"> {
  /** -1 where there was an error. */
  readonly offset: number;
}

/** Of no broker: a consumer. */
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
  places: readonly TopicPlace[],
): ProtocolExchange<readonly ListedOffset[]> {
  return exchangeOf({
    apiKey: 2,
    apiVersion: 6,
    apiName: "ListOffsets",
    write: (writer) => {
      const topics = [...Map.groupBy(places, ({ topic }) => topic)];
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
