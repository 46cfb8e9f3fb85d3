import type { FetchAnswer } from "../consume/partition-progress";

/** Is told what becomes of each fetch of a consumer. */
export interface FetchListener {
  /** A broker's answer was read. */
  answered(answers: readonly FetchAnswer[]): void;
  /** There was no answer, or one that cannot be read, or one that refuses a partition. */
  failed(error: unknown): void;
}

interface FetchRequest {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
  }[];
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

/** What is needed of a broker of kafkajs, which leaves it out of its types. */
export interface FetchingBroker {
  fetch(request: FetchRequest): Promise<FetchResponse>;
}

/** Likewise of one consumer's cluster. */
export interface FetchingCluster {
  findBroker(node: { readonly nodeId: number }): Promise<FetchingBroker>;
}

/**
 * Listens to the fetches of one consumer. kafkajs tells of answers that bring messages alone, and says of the others neither which
 * partitions they are of nor how far these reach.
 */
export function listenToFetches(cluster: FetchingCluster, listener: FetchListener): void {
  const findBroker = cluster.findBroker.bind(cluster);
  const listened = new WeakSet<FetchingBroker>();
  cluster.findBroker = async (node) => {
    const broker = await findBroker(node);
    if (!listened.has(broker)) {
      listened.add(broker);
      listenTo(broker, listener);
    }
    return broker;
  };
}

function listenTo(broker: FetchingBroker, listener: FetchListener): void {
  const fetch = broker.fetch.bind(broker);
  broker.fetch = async (request) => {
    try {
      const response = await fetch(request);
      listener.answered(answersOf(request, response));
      return response;
    } catch (error) {
      listener.failed(error);
      throw error;
    }
  };
}

function answersOf({ topics }: FetchRequest, { responses }: FetchResponse): FetchAnswer[] {
  const asked = new Map(
    topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, fetchOffset }) => [`${topic}/${partition}`, Number(fetchOffset)] as const),
    ),
  );
  return responses.flatMap(({ topicName: topic, partitions }) =>
    partitions.flatMap(({ partition, highWatermark, lastStableOffset = "-1" }) => {
      const from = asked.get(`${topic}/${partition}`);
      // Where a transaction is open, nothing after its begin can be read yet.
      const stable = Number(lastStableOffset);
      const end = stable < 0 ? Number(highWatermark) : Math.min(stable, Number(highWatermark));
      return from === undefined ? [] : [{ topic, partition, from, end }];
    }),
  );
}
