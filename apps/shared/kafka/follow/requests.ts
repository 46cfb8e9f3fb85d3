import { KafkaJSConnectionError } from "kafkajs";
import { messageOf } from "../../text";
import { TooOldBroker } from "../transport/any-broker";
import { isFromKafka } from "../transport/errors";
import type { BrokerConnections } from "../transport/broker-connections";
import { type FetchedMany, type FetchOfMany, fetchOfManyExchange } from "../requests/fetch-session";
import {
  type ListedOffset,
  listOffsetsExchange,
  type OffsetKind,
  type TopicPlace,
} from "../requests/list-offsets";
import { type ClusterDescription, metadataExchange } from "../requests/metadata";

/** What a follower asks of brokers; each request goes out once, and throws errors of kafkajs, or TooOldBroker. */
export interface FollowRequests {
  /** Which brokers there are, and who leads the partitions of topics. */
  describe(topics: readonly string[]): Promise<ClusterDescription>;
  listOffsets(
    broker: number,
    kind: OffsetKind,
    places: readonly TopicPlace[],
  ): Promise<readonly ListedOffset[]>;
  fetch(broker: number, asked: FetchOfMany): Promise<FetchedMany>;
  close(): Promise<void>;
}

/** The release that can do all of it: the one that names topics by ids in fetches. */
export const followableSince = "3.1";

/** The requests as brokers take them. */
export function followRequests(connections: BrokerConnections): FollowRequests {
  return {
    describe: (topics) =>
      asKafkaError(async () => {
        const description = await connections.askAny(metadataExchange(topics), followableSince);
        connections.learn(description.brokers);
        return description;
      }),
    listOffsets: (broker, kind, places) =>
      asKafkaError(() => connections.askBroker(broker, listOffsetsExchange(kind, places), followableSince)),
    fetch: (broker, asked) =>
      asKafkaError(() => connections.askBroker(broker, fetchOfManyExchange(asked), followableSince)),
    close: () => connections.close(),
  };
}

/** A connection that ends tells so in errors of several kinds; so does an answer that ends too early. */
async function asKafkaError<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (isFromKafka(error) || error instanceof TooOldBroker) throw error;
    throw new KafkaJSConnectionError(messageOf(error));
  }
}
