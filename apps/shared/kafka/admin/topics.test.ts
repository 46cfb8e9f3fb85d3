import { describe, expect, it, vi } from "vitest";
import { createLogger } from "../../logger";
import { type AnyBroker, AnyBrokerConnection } from "../transport/any-broker";
import type { KafkaClient } from "../transport/client";
import type { ProtocolExchange } from "../requests/exchange";
import { KafkaError } from "../transport/errors";
import { AdaptedKafka } from "../transport/adapted-kafka";
import { quietly } from "../testing/fake-broker";
import { identifyBy, identitiesOf, isSameTopic, type TopicIdentities, topicIdentities } from "./topics";

const logger = createLogger({ app: "test", format: "pretty", write: () => {} });
const identity = { clusterId: "c", topicId: "i" };

function answering(...answers: (() => Promise<TopicIdentities>)[]): KafkaClient {
  return { logger, identifyTopics: () => answers.shift()!() } as unknown as KafkaClient;
}

describe("topic identities", () => {
  it("include every topic that exists, with or without leaders", () => {
    const topics = [
      { errorCode: 0, name: "a", topicId: "1" },
      { errorCode: 5, name: "b", topicId: undefined },
      { errorCode: 3, name: "c", topicId: undefined },
    ];
    expect([...identitiesOf({ clusterId: "x", topics })]).toEqual([
      ["a", { clusterId: "x", topicId: "1" }],
      ["b", { clusterId: "x", topicId: undefined }],
    ]);
  });

  it("fail if the brokers do not report a topic", () => {
    const topics = [{ errorCode: 29, name: "secret", topicId: undefined }];
    expect(() => identitiesOf({ clusterId: "x", topics })).toThrow(
      'the brokers do not report what topic "secret" is: Kafka\'s error 29',
    );
  });

  it("come with topic ids from new brokers, and only with the cluster id from old ones", async () => {
    const sent: unknown[] = [];
    const broker = (maxVersion: number, clusterId: string | null) =>
      ({
        versions: { 3: { maxVersion } },
        connectionPool: {
          send: ({ request }: ProtocolExchange<unknown>) => {
            sent.push([request.apiKey, request.apiVersion]);
            return Promise.resolve({ clusterId, topics: [{ errorCode: 0, name: "t", topicId: "i" }] });
          },
        },
        metadata: () => Promise.resolve({ clusterId }),
      }) as unknown as AnyBroker;
    await expect(identifyBy(broker(11, "c"), ["t"])).resolves.toEqual(new Map([["t", identity]]));
    expect(sent).toEqual([[3, 11]]);
    for (const clusterId of ["c", null]) {
      await expect(identifyBy(broker(10, clusterId), ["t"])).resolves.toEqual(
        new Map([["t", { clusterId: clusterId ?? undefined, topicId: undefined }]]),
      );
    }
    expect(sent).toHaveLength(1);
  });

  it("are asked for until a broker answers and knows all topics", async () => {
    const kafka = answering(
      () => Promise.reject(new KafkaError("CONNECTION_FAILED", "away")),
      () => Promise.resolve(new Map()),
      () => Promise.resolve(new Map([["t", identity]])),
    );
    vi.useFakeTimers();
    try {
      const found = topicIdentities(kafka, ["t"], new AbortController().signal);
      await vi.advanceTimersByTimeAsync(2000);
      await expect(found).resolves.toEqual(new Map([["t", identity]]));
    } finally {
      vi.useRealTimers();
    }
  });

  it("are not waited for after an abort, and do not hide errors of our own", async () => {
    const ended = new AbortController();
    const kafka = answering(() => {
      ended.abort();
      return Promise.reject(new KafkaError("CONNECTION_FAILED", "away"));
    });
    await expect(topicIdentities(kafka, ["t"], ended.signal)).resolves.toBeUndefined();
    const broken = answering(() => Promise.reject(new Error("ends too early")));
    await expect(topicIdentities(broken, ["t"], new AbortController().signal)).rejects.toThrow(
      "ends too early",
    );
  });

  it("distinguish topics by what is known of both", () => {
    expect(isSameTopic(identity, { ...identity })).toBe(true);
    expect(isSameTopic(identity, { ...identity, topicId: "j" })).toBe(false);
    expect(isSameTopic(identity, { ...identity, clusterId: "d" })).toBe(false);
    expect(isSameTopic(identity, { clusterId: "c", topicId: undefined })).toBe(true);
    expect(isSameTopic({ clusterId: undefined, topicId: "i" }, identity)).toBe(true);
  });
});

it("a connection to any broker fails each time with a KafkaError if no broker can be reached", async () => {
  const kafka = new AdaptedKafka({ ...quietly, brokers: ["127.0.0.1:1"], retry: { retries: 0 } });
  const connection = new AnyBrokerConnection(kafka);
  for (let attempt = 1; attempt <= 2; attempt++) {
    await expect(connection.use(() => Promise.resolve())).rejects.toMatchObject({
      name: "KafkaError",
      code: "CONNECTION_FAILED",
      retriable: true,
      cause: { name: "KafkaJSNumberOfRetriesExceeded" },
    });
  }
});
