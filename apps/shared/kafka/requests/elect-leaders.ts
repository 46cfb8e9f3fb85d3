import { exchangeOf, type ProtocolExchange } from "./exchange";
import { throwIfRefused } from "../transport/errors";
import { type ProtocolStatus } from "./exchange";

const electLeadersApiKey = 43;
/** The first flexible version, known since Kafka 2.4. */
const electLeadersVersion = 2;

const preferredLeader = 0;

/** Partitions of one topic. */
export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/**
 * Makes the first replica of each partition its leader. Only the controller accepts this.
 *
 * ElectLeaders Request (Version: 2) => election_type [topic_partitions] timeout_ms TAG_BUFFER
 *   topic_partitions => topic [partitions] TAG_BUFFER
 *
 * ElectLeaders Response (Version: 2) => throttle_time_ms error_code [replica_election_results] TAG_BUFFER
 *   replica_election_results => topic [partition_result] TAG_BUFFER
 *     partition_result => partition_id error_code error_message TAG_BUFFER
 */
export function electLeadersExchange(
  topics: readonly TopicPartitions[],
  timeoutMs: number,
): ProtocolExchange<readonly (ProtocolStatus & { readonly topic: string; readonly partition: number })[]> {
  return exchangeOf({
    apiKey: electLeadersApiKey,
    apiVersion: electLeadersVersion,
    apiName: "ElectLeaders",
    write: (writer) => {
      writer
        .int8(preferredLeader)
        .array(topics, ({ topic, partitions }) =>
          writer
            .string(topic)
            .array(partitions, (partition) => writer.int32(partition))
            .noTags(),
        )
        .int32(timeoutMs)
        .noTags();
    },
    read: (reader) => {
      reader.int32();
      throwIfRefused({ errorCode: reader.int16(), errorMessage: undefined });
      return reader
        .array(() => {
          const topic = reader.string() ?? "";
          const results = reader.array(() => {
            const partition = reader.int32();
            const status = reader.status();
            reader.skipTags();
            return { ...status, topic, partition };
          });
          reader.skipTags();
          return results;
        })
        .flat();
    },
  });
}
