import { exchangeOf, type ProtocolExchange } from "./exchange";
import {
  type AnsweredPartition,
  consumer,
  fetchApiKey,
  type PartitionToFetch,
  readAnsweredPartition,
  readUncommitted,
  writePartition,
} from "./fetch";

/** A partition by its topic's id: another topic of the same name has another. */
export interface PlaceById {
  readonly topicId: string;
  readonly partition: number;
}

/** Where a session of fetches stands (KIP-227). */
export interface SessionPlace {
  /** 0 for none. */
  readonly id: number;
  /** Counts the requests of a session; 0 begins a new one, and ends the one of the id. */
  readonly epoch: number;
}

/** What to read of many partitions that one broker leads. */
export interface FetchOfMany extends Pick<PartitionToFetch, "maxWaitMs"> {
  readonly session: SessionPlace;
  /** Those that the session does not have yet, or not with this offset. */
  readonly partitions: readonly (PlaceById & { readonly offset: number })[];
  /** Those that the session is to have no more. */
  readonly forgotten: readonly PlaceById[];
  /** The most bytes of batches, in all and of each partition; the first batch comes whole, however long it is (KIP-74). */
  readonly maxBytes: number;
  readonly maxBytesOfPartition: number;
}

/** What a broker has of them: in a session only those of which there is news. */
export interface FetchedMany {
  /** Kafka's code of what is wrong with the request or its session; 0 for nothing. */
  readonly errorCode: number;
  /** Of the session that was begun; 0 where the broker has no room for one. */
  readonly sessionId: number;
  readonly partitions: readonly (AnsweredPartition & PlaceById)[];
}

/** The first version that names topics by ids (KIP-516), known since Kafka 3.1. */
export const fetchByIdVersion = 13;

/**
 * Reads partitions at their leader, those of aborted transactions included.
 *
 * Fetch Request (Version: 13) => replica_id max_wait_ms min_bytes max_bytes isolation_level session_id session_epoch [topics]
 *     [forgotten_topics_data] rack_id TAG_BUFFER
 *   topics => topic_id [partitions] TAG_BUFFER
 *   forgotten_topics_data => topic_id [partitions] TAG_BUFFER
 *
 * Fetch Response (Version: 13) => throttle_time_ms error_code session_id [responses] TAG_BUFFER
 *   responses => topic_id [partitions] TAG_BUFFER
 */
export function fetchOfManyExchange(asked: FetchOfMany): ProtocolExchange<FetchedMany> {
  const { session, partitions, forgotten, maxBytesOfPartition: maxBytes } = asked;
  return exchangeOf({
    apiKey: fetchApiKey,
    apiVersion: fetchByIdVersion,
    apiName: "Fetch",
    write: (writer) => {
      const one = writePartition(writer);
      writer
        .int32(consumer)
        .int32(asked.maxWaitMs)
        .int32(1)
        .int32(asked.maxBytes)
        .int8(readUncommitted)
        .int32(session.id)
        .int32(session.epoch)
        .array(byTopicId(partitions), ([topicId, places]) =>
          writer
            .uuid(topicId)
            .array(places, ({ partition, offset }) => one({ partition, offset, maxBytes }))
            .noTags(),
        )
        .array(byTopicId(forgotten), ([topicId, places]) =>
          writer
            .uuid(topicId)
            .array(places, ({ partition }) => writer.int32(partition))
            .noTags(),
        )
        .string("")
        .noTags();
    },
    read: (reader) => {
      reader.int32();
      const errorCode = reader.int16();
      const sessionId = reader.int32();
      const answered = reader.array(() => {
        const topicId = reader.uuid() ?? "";
        const found = reader.array(() => ({ ...readAnsweredPartition(reader), topicId }));
        reader.skipTags();
        return found;
      });
      return { errorCode, sessionId, partitions: answered.flat() };
    },
  });
}

function byTopicId<Place extends PlaceById>(places: readonly Place[]): [string, Place[]][] {
  return [...Map.groupBy(places, ({ topicId }) => topicId)];
}
