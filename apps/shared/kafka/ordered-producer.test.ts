import { describe, expect, it, vi } from "vitest";
import type { ICustomPartitioner, Message, Producer } from "kafkajs";
import { createLogger } from "../logger";
import type * as shutdown from "../shutdown";
import type { KafkaClient } from "./client";
import { OrderedProducer } from "./ordered-producer";

vi.mock("../shutdown", async (original) => ({
  ...(await original<typeof shutdown>()),
  delay: () => Promise.resolve("elapsed"),
}));

type Attempt = (messages: Message[]) => unknown;

/** Brokers with `partitions` partitions, where each send goes as the next attempt says; then they all succeed. */
function setUp(attempts: Attempt[] = [], cluster = { partitions: 3 }) {
  const sent: { keys: string[]; partitions: (number | undefined)[]; producer: number }[] = [];
  const retries: string[] = [];
  const lines: string[] = [];
  let producers = 0;
  const producer = (createPartitioner: ICustomPartitioner): Producer => {
    const id = ++producers;
    const choose = createPartitioner();
    return {
      connect: () => Promise.resolve(),
      disconnect: () => Promise.resolve(),
      send: async ({ topic, messages }: { topic: string; messages: Message[] }) => {
        const partitionMetadata = Array.from({ length: cluster.partitions }, (_, partitionId) => ({
          partitionId,
          leader: 1,
          partitionErrorCode: 0,
          replicas: [],
          isr: [],
        }));
        const partitions = messages.map((message) => choose({ topic, partitionMetadata, message }));
        sent.push({ keys: messages.map(({ key }) => String(key)), partitions, producer: id });
        const special = await attempts.shift()?.(messages);
        return special ?? [{ topicName: topic, partition: partitions[0], baseOffset: "7", errorCode: 0 }];
      },
    } as unknown as Producer;
  };
  const logger = createLogger({ app: "a", format: "pretty", write: (line) => lines.push(line) });
  const kafka = { logger, producer } as unknown as KafkaClient;
  const ordered = new OrderedProducer(kafka, { topic: "t", onRetry: (reason) => retries.push(reason) });
  return { ordered, sent, retries, lines, cluster };
}

const fails = (type: string | undefined, message = "failed"): Attempt => {
  return () => {
    throw Object.assign(new Error(message), { name: "KafkaJSProtocolError", type });
  };
};
const message = (key: string) => ({ key, value: "v" });
const forever = new AbortController().signal;

describe("ordered producer", () => {
  it("groups by key until it knows the partitions, then by partition, in order", async () => {
    const { ordered, sent } = setUp();
    const messages = ["a", "b", "a", "c", "d", "e"].map(message);
    expect(ordered.group(messages).map((group) => group.map(({ key }) => key))).toEqual([
      ["a", "a"],
      ["b"],
      ["c"],
      ["d"],
      ["e"],
    ]);
    await ordered.send([message("a")], forever);
    const groups = ordered.group(messages);
    expect(groups.length).toBeLessThanOrEqual(3);
    expect(groups.flat()).toHaveLength(6);
    for (const group of groups) await ordered.send(group, forever);
    for (const { partitions } of sent) expect(new Set(partitions).size).toBe(1);
  });

  it("repeats a failed send with the same producer and the same partition, also when partitions were added", async () => {
    const { ordered, sent, retries, cluster } = setUp([
      fails(undefined, "connection lost"),
      () => {
        cluster.partitions = 50;
        return fails("NOT_ENOUGH_REPLICAS")([]);
      },
    ]);
    const keys = ["k1", "k2", "k3", "k4", "k5", "k6"];
    await expect(ordered.send([message(keys[3] ?? "")], forever)).resolves.toMatchObject({ baseOffset: 7n });
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ producer }) => producer))).toEqual(new Set([1]));
    expect(new Set(sent.flatMap(({ partitions }) => partitions)).size).toBe(1);
    expect(retries).toEqual(["connection lost", "failed (NOT_ENOUGH_REPLICAS)"]);
  });

  it("takes it as acknowledged when the broker has it already", async () => {
    const { ordered } = setUp([fails("DUPLICATE_SEQUENCE_NUMBER")]);
    await expect(ordered.send([message("a")], forever)).resolves.toMatchObject({ baseOffset: undefined });
  });

  it("goes on as a new producer when the brokers have forgotten it, and says what may stand twice", async () => {
    const { ordered, sent, lines } = setUp([
      fails(undefined, "connection lost"),
      fails("OUT_OF_ORDER_SEQUENCE_NUMBER"),
    ]);
    await ordered.send([message("a")], forever);
    expect(sent.map(({ producer }) => producer)).toEqual([1, 1, 2]);
    expect(lines.join("")).toContain("the last 1 messages may stand twice");
  });

  it("does not take an empty answer for success, and believes at length that a partition is gone", async () => {
    const nothing: Attempt = () => [];
    const { ordered, sent, cluster } = setUp(Array.from({ length: 30 }, () => nothing));
    const sending = ordered.send([message("b")], forever);
    cluster.partitions = 1;
    await sending;
    const partitions = sent.map((send) => send.partitions[0]);
    expect(partitions).toHaveLength(31);
    expect(new Set(partitions.slice(0, 30)).size).toBe(1);
    expect(partitions.at(-1)).toBe(0);
  });

  it("throws what no repetition can heal", async () => {
    const { ordered } = setUp([fails("TOPIC_AUTHORIZATION_FAILED", "Not authorized")]);
    await expect(ordered.send([message("a")], forever)).rejects.toThrow(
      'topic "t": Not authorized (TOPIC_AUTHORIZATION_FAILED)',
    );
  });

  it("gives up when it is told to", async () => {
    const giveUp = new AbortController();
    const { ordered } = setUp([() => new Promise(() => {})]);
    const sending = ordered.send([message("a")], giveUp.signal);
    setImmediate(() => giveUp.abort());
    await expect(sending).resolves.toBeUndefined();
  });
});
