import { exchangeOf, type ProtocolExchange } from "./exchange";
import type { ProtocolStatus } from "./exchange";

/** Changes of one topic's configs: a value sets a config, `undefined` resets it to the brokers' default. */
export interface TopicConfigChange {
  readonly topic: string;
  readonly changes: ReadonlyMap<string, string | undefined>;
}

const alterConfigsApiKey = 44;
/** The first flexible version, known since Kafka 2.4. */
const alterConfigsVersion = 1;

const topicResource = 2;
const operations = { set: 0, delete: 1 } as const;

/**
 * Changes topics' configs; configs that are not named stay as they are (KIP-339).
 *
 * IncrementalAlterConfigs Request (Version: 1) => [resources] validate_only TAG_BUFFER
 *   resources => resource_type resource_name [configs] TAG_BUFFER
 *     configs => name config_operation value TAG_BUFFER
 *
 * IncrementalAlterConfigs Response (Version: 1) => throttle_time_ms [responses] TAG_BUFFER
 *   responses => error_code error_message resource_type resource_name TAG_BUFFER
 */
export function alterTopicConfigsExchange(
  topics: readonly TopicConfigChange[],
): ProtocolExchange<readonly (ProtocolStatus & { readonly topic: string })[]> {
  return exchangeOf({
    apiKey: alterConfigsApiKey,
    apiVersion: alterConfigsVersion,
    apiName: "IncrementalAlterConfigs",
    write: (writer) => {
      writer
        .array(topics, ({ topic, changes }) =>
          writer
            .int8(topicResource)
            .string(topic)
            .array([...changes], ([name, value]) =>
              writer
                .string(name)
                .int8(value === undefined ? operations.delete : operations.set)
                .string(value)
                .noTags(),
            )
            .noTags(),
        )
        .boolean(false)
        .noTags();
    },
    read: (reader) => {
      reader.int32();
      return reader.array(() => {
        const status = reader.status();
        reader.skip(1);
        const topic = reader.string() ?? "";
        reader.skipTags();
        return { ...status, topic };
      });
    },
  });
}
