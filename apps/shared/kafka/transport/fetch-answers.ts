import { toKafkaError } from "./errors";
import type { BrokerInternals, ClusterInternals, FetchQuestion } from "./kafkajs-internals";

/** How far one partition of a fetch reaches, by its leader's answer. */
export interface FetchAnswer {
  readonly topic: string;
  readonly partition: number;
  /** The offset that was asked for. */
  readonly from: number;
  /** The first offset that cannot be read yet. */
  readonly end: number;
}

/** Hears the result of each fetch of a consumer. */
export interface FetchListener {
  /** A broker's answer was read. */
  answered(answers: readonly FetchAnswer[]): void;
  /** There was no answer, or an unreadable one, or one that reports an error of a partition. */
  failed(error: unknown): void;
}

interface FetchResponse {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly highWatermark: string;
      readonly lastStableOffset?: string;
    }[];
  }[];
}

/**
 * Listens to the fetches of one consumer. kafkajs itself reports only answers with messages, and names neither the partitions of the other
 * answers nor how far these reach.
 */
export function listenToFetches(
  cluster: Pick<ClusterInternals, "findBroker">,
  listener: FetchListener,
): void {
  const findBroker = cluster.findBroker.bind(cluster);
  const listened = new WeakSet<BrokerInternals>();
  cluster.findBroker = async (node) => {
    const broker = await findBroker(node);
    if (!listened.has(broker)) {
      listened.add(broker);
      listenTo(broker, listener);
    }
    return broker;
  };
}

function listenTo(broker: Pick<BrokerInternals, "fetch">, listener: FetchListener): void {
  const fetch = broker.fetch.bind(broker);
  broker.fetch = async (request) => {
    try {
      const response = await fetch(request);
      listener.answered(answersOf(request as FetchQuestion, response as FetchResponse));
      return response;
    } catch (error) {
      listener.failed(toKafkaError(error));
      throw error;
    }
  };
}

function answersOf({ topics }: FetchQuestion, { responses }: FetchResponse): FetchAnswer[] {
  const asked = new Map(
    topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, fetchOffset }) => [`${topic}/${partition}`, Number(fetchOffset)] as const),
    ),
  );
  return responses.flatMap(({ topicName: topic, partitions }) =>
    partitions.flatMap(({ partition, highWatermark, lastStableOffset = "-1" }) => {
      const from = asked.get(`${topic}/${partition}`);
      // If a transaction is open, nothing behind its first record can be read yet.
      const stable = Number(lastStableOffset);
      const end = stable < 0 ? Number(highWatermark) : Math.min(stable, Number(highWatermark));
      return from === undefined ? [] : [{ topic, partition, from, end }];
    }),
  );
}
