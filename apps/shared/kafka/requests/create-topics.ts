import { exchangeOf, type ProtocolExchange } from "./exchange";
import type { ProtocolStatus } from "./exchange";

export interface TopicToCreate {
  readonly name: string;
  /** For each partition, the brokers that will store it, the preferred leader first. */
  readonly assignment: readonly (readonly number[])[];
  readonly config: Readonly<Record<string, string>>;
}

const createTopicsApiKey = 19;
/** The first flexible version, known since Kafka 2.4. */
const createTopicsVersion = 5;

/** Stands for the number of partitions and replicas if brokers are given for each partition. */
const asAssigned = -1;

/**
 * Creates topics. Only the controller accepts this. kafkajs has this request, but drops the brokers' words about a refusal.
 *
 * CreateTopics Request (Version: 5) => [topics] timeout_ms validate_only TAG_BUFFER
 *   topics => name num_partitions replication_factor [assignments] [configs] TAG_BUFFER
 *     assignments => partition_index [broker_ids] TAG_BUFFER
 *     configs => name value TAG_BUFFER
 *
 * CreateTopics Response (Version: 5) => throttle_time_ms [topics] TAG_BUFFER
 *   topics => name error_code error_message num_partitions replication_factor [configs] TAG_BUFFER
 *     configs => name value read_only config_source is_sensitive TAG_BUFFER
 */
export function createTopicsExchange(
  topics: readonly TopicToCreate[],
  timeoutMs: number,
): ProtocolExchange<readonly (ProtocolStatus & { readonly topic: string })[]> {
  return exchangeOf({
    apiKey: createTopicsApiKey,
    apiVersion: createTopicsVersion,
    apiName: "CreateTopics",
    write: (writer) => {
      writer
        .array(topics, ({ name, assignment, config }) =>
          writer
            .string(name)
            .int32(asAssigned)
            .int16(asAssigned)
            .array([...assignment.entries()], ([partition, brokers]) =>
              writer
                .int32(partition)
                .array(brokers, (broker) => writer.int32(broker))
                .noTags(),
            )
            .array(Object.entries(config), ([key, value]) => writer.string(key).string(value).noTags())
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
        reader.int32();
        reader.int16();
        reader.array(() => {
          reader.string();
          reader.string();
          reader.skip(3);
          reader.skipTags();
        });
        reader.skipTags();
        return { ...status, topic };
      });
    },
  });
}
