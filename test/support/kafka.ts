import { logLevel } from "kafkajs";
import { AdaptedKafka } from "../../apps/shared/kafka/transport/adapted-kafka";

/** A message of a topic, with its place. */
export interface TopicMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | undefined;
  readonly timestampMs: number;
  readonly value: string;
}

/** A client that reads all compressions; kafkajs alone cannot read Zstandard. */
const client = (bootstrapServers: string) =>
  new AdaptedKafka({ clientId: "test", brokers: bootstrapServers.split(","), logLevel: logLevel.NOTHING })
    .kafka;

/** The end offset of each partition, by `topic/partition`. */
export async function endOffsets(
  bootstrapServers: string,
  topics: readonly string[],
): Promise<Map<string, number>> {
  const admin = client(bootstrapServers).admin();
  await admin.connect();
  try {
    const offsets = await Promise.all(
      topics.map(async (topic) =>
        (await admin.fetchTopicOffsets(topic)).map(
          ({ partition, high }) => [`${topic}/${partition}`, Number(high)] as const,
        ),
      ),
    );
    return new Map(offsets.flat());
  } finally {
    await admin.disconnect();
  }
}

/** Reads topics from their beginning up to `ends`, by host listeners. @returns messages by `topic/partition/offset`. */
export async function readTopics(
  bootstrapServers: string,
  ends: ReadonlyMap<string, number>,
): Promise<Map<string, TopicMessage>> {
  const messages = new Map<string, TopicMessage>();
  const expected = [...ends.values()].reduce((sum, end) => sum + end, 0);
  if (expected === 0) return messages;
  const topics = [
    ...new Set([...ends].filter(([, end]) => end > 0).map(([place]) => place.split("/")[0] ?? "")),
  ];
  const consumer = client(bootstrapServers).consumer({ groupId: `test-${crypto.randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`read ${messages.size} of ${expected} messages in 60 s`)),
        60_000,
      );
      void consumer.run({
        autoCommit: false,
        eachMessage: ({ topic, partition, message }) => {
          const offset = Number(message.offset);
          if (offset < (ends.get(`${topic}/${partition}`) ?? 0)) {
            messages.set(`${topic}/${partition}/${offset}`, {
              topic,
              partition,
              offset,
              key: message.key?.toString(),
              timestampMs: Number(message.timestamp),
              value: message.value?.toString() ?? "",
            });
          }
          if (messages.size === expected) {
            clearTimeout(timer);
            resolve();
          }
          return Promise.resolve();
        },
      });
    });
  } finally {
    await consumer.disconnect();
  }
  return messages;
}

/** Sends values to partition 0, as any program can. */
export async function produceValues(
  bootstrapServers: string,
  topic: string,
  messages: readonly { readonly key: string; readonly value: string }[],
): Promise<void> {
  const producer = client(bootstrapServers).producer();
  await producer.connect();
  try {
    await producer.send({ topic, messages: messages.map((message) => ({ ...message, partition: 0 })) });
  } finally {
    await producer.disconnect();
  }
}
