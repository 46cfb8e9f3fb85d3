import { giveUpUnansweredConnections } from "./unanswered-requests";

// kafkajs ships no types for its inner modules; the version is pinned and the test beside this file holds the shape.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const RequestQueue = require("kafkajs/src/network/requestQueue") as {
  prototype: { scheduleCheckPendingRequests: (this: { pending: readonly unknown[] }) => void };
};

let applied = false;

/**
 * kafkajs 2.2.4 re-arms a timer to look at its queue of delayed requests even when that queue is empty, with a negative
 * delay. Node runs such a timer after 1 ms, so every connection wakes the process a thousand times a second, and Node 20
 * and later print a TimeoutNegativeWarning. With this the timer exists only while requests are queued.
 *
 * And it stays with brokers that hang: see {@link giveUpUnansweredConnections}.
 */
export function applyKafkajsFixes(): void {
  if (applied) return;
  applied = true;
  giveUpUnansweredConnections();
  const original = RequestQueue.prototype.scheduleCheckPendingRequests;
  RequestQueue.prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0) original.call(this);
  };
}

interface Metadata {
  readonly topicMetadata: readonly { readonly topicErrorCode: number }[];
}

// Version 6 is the newest that kafkajs speaks; every broker since Kafka 2.0 answers it.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const metadataResponse = require("kafkajs/src/protocol/requests/metadata/v6/response") as {
  parse: (data: Metadata) => Promise<Metadata>;
};

const noLeaderYet = 5;

/**
 * From now on, for this whole process, kafkajs takes what brokers say about topics as it is: without the topics that do not exist, and
 * with partitions that have no leader (as leader -1). Otherwise one such partition makes it refuse the whole answer without saying which,
 * and what it asks for before it knows its topic are all topics. Not for apps that consume.
 */
export function acceptIncompleteMetadata(): void {
  metadataResponse.parse = (data) =>
    Promise.resolve({
      ...data,
      topicMetadata: data.topicMetadata.filter(
        ({ topicErrorCode }) => topicErrorCode === 0 || topicErrorCode === noLeaderYet,
      ),
    });
}
