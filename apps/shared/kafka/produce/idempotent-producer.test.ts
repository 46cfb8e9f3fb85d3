import { describe, expect, it, vi } from "vitest";
import { createLogger } from "../../logger";
import type * as shutdown from "../../shutdown";
import type { KafkaClient } from "../transport/client";
import { brokerError, TooOldBroker } from "../transport/errors";
import { connectionLost, errors, FakeCluster } from "../testing/fake-cluster";
import { IdempotentProducer } from "./idempotent-producer";
import { partitionOfKey } from "./partitioner";
import { RecordBatch } from "../record-batch/batch-writer";

vi.mock("../../shutdown", async (original) => ({
  ...(await original<typeof shutdown>()),
  delay: () => Promise.resolve("elapsed"),
}));

const forever = new AbortController().signal;

/** Brokers that lead a topic's partitions, and a producer that is connected. */
async function setUp({ leaders = [1, 2, 1] } = {}) {
  const { cluster, producer, retries, lines } = unconnected(leaders);
  await producer.connect(forever);
  const acknowledged: string[] = [];
  const send = (batches: Readonly<Record<number, readonly string[]>>, signal = forever) =>
    producer.send(
      new Map(Object.entries(batches).map(([partition, values]) => [Number(partition), batchOf(values)])),
      (partition, batch, offset) =>
        acknowledged.push(`${partition}: ${batch.count} at ${String(offset ?? "?")}`),
      signal,
    );
  return { cluster, producer, retries, lines, acknowledged, send };
}

function unconnected(leaders: readonly number[]) {
  const cluster = new FakeCluster(leaders);
  const lines: string[] = [];
  const retries: string[] = [];
  const logger = createLogger({ app: "a", format: "pretty", write: (line) => lines.push(line) });
  const kafka = { logger } as KafkaClient;
  const options = { topic: "t", onRetry: (reason: string) => retries.push(reason) };
  return { cluster, retries, lines, producer: new IdempotentProducer(kafka, options, cluster) };
}

/** A batch whose records have their values as keys. */
function batchOf(values: readonly string[]): RecordBatch {
  const batch = new RecordBatch(10_000);
  for (const value of values) {
    const bytes = Buffer.from(value);
    batch.append(1_795_392_000_000, bytes, bytes, bytes.length);
  }
  return batch;
}

const stamps = (cluster: FakeCluster) =>
  cluster.attempts.map(
    ({ partition, producerId, baseSequence }) => `${partition}: ${producerId}/${baseSequence}`,
  );

describe("an idempotent producer", () => {
  it("sends the partitions of one broker in one request, and reports the offset of each batch", async () => {
    const { cluster, send, acknowledged, retries } = await setUp();
    await expect(send({ 0: ["a", "b"], 1: ["c"], 2: ["d"] })).resolves.toBe("acknowledged");
    await send({ 0: ["e"], 1: [], 2: ["f"] });
    expect(cluster.requests).toEqual(["1: 0 2", "2: 1", "1: 0 2"]);
    expect(acknowledged).toEqual(["0: 2 at 0", "2: 1 at 0", "1: 1 at 0", "0: 1 at 2", "2: 1 at 1"]);
    expect(stamps(cluster)).toEqual(["0: 1/0", "2: 1/0", "1: 1/0", "0: 1/2", "2: 1/1"]);
    expect([0, 1, 2].map((partition) => cluster.values(partition))).toEqual([
      ["a", "b", "e"],
      ["c"],
      ["d", "f"],
    ]);
    expect(retries).toEqual([]);
  });

  it("sends nothing if all batches are empty", async () => {
    const { cluster, send } = await setUp();
    await expect(send({ 0: [] })).resolves.toBe("acknowledged");
    await expect(send({})).resolves.toBe("acknowledged");
    expect(cluster.requests).toEqual([]);
  });

  it("repeats a batch whose answer was lost with the same producer state, and learns its offset", async () => {
    const { cluster, send, acknowledged, retries } = await setUp();
    await send({ 0: ["a"] });
    cluster.fates.set(0, ["lost answer", "lost answer"]);
    await send({ 0: ["b", "c"] });
    await send({ 0: ["d"] });
    expect(stamps(cluster)).toEqual(["0: 1/0", "0: 1/1", "0: 1/1", "0: 1/1", "0: 1/3"]);
    expect(cluster.values(0)).toEqual(["a", "b", "c", "d"]);
    expect(acknowledged).toEqual(["0: 1 at 0", "0: 2 at 1", "0: 1 at 3"]);
    expect(retries).toEqual(["connection lost", "connection lost"]);
  });

  it("treats a batch as acknowledged if the broker reports a duplicate", async () => {
    const { cluster, send, acknowledged } = await setUp();
    cluster.fates.set(0, [errors.duplicateSequence]);
    await send({ 0: ["a", "b"] });
    cluster.fates.set(0, []);
    await send({ 0: ["c"] });
    expect(acknowledged[0]).toBe("0: 2 at ?");
    expect(stamps(cluster)).toEqual(["0: 1/0", "0: 1/2"]);
  });

  it("follows a leader that moved, with the same producer state, and does not repeat the other batches", async () => {
    const { cluster, send, acknowledged, retries } = await setUp();
    cluster.partitions[2]!.leader = 2;
    await send({ 0: ["a"], 1: ["b"], 2: ["c"] });
    expect(cluster.requests).toEqual(["1: 0 2", "2: 1", "2: 2"]);
    expect(stamps(cluster).filter((stamp) => stamp.startsWith("2"))).toEqual(["2: 1/0", "2: 1/0"]);
    expect(acknowledged).toEqual(["0: 1 at 0", "1: 1 at 0", "2: 1 at 0"]);
    expect(retries).toEqual([expect.stringContaining("(NOT_LEADER_FOR_PARTITION)")]);
  });

  it("sends to one partition while the broker of another hangs", async () => {
    const { cluster, send, acknowledged } = await setUp();
    const giveUp = new AbortController();
    cluster.fates.set(0, ["no answer"]);
    const sending = send({ 0: ["a"], 1: ["b"] }, giveUp.signal);
    await vi.waitFor(() => expect(acknowledged).toEqual(["1: 1 at 0"]));
    giveUp.abort();
    await expect(sending).resolves.toBe("aborted");
  });

  it("has one request under way to a broker, also when a leader moves to it", async () => {
    const { cluster, send } = await setUp();
    cluster.fates.set(1, ["no answer"]);
    cluster.partitions[0]!.leader = 2;
    const giveUp = new AbortController();
    const sending = send({ 0: ["a"], 1: ["b"] }, giveUp.signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(cluster.requests).toEqual(["1: 0", "2: 1"]);
    giveUp.abort();
    await sending;
  });

  it("splits batches that are too long for one request", async () => {
    const { cluster, producer } = await setUp({ leaders: Array<number>(20).fill(1) });
    const value = Buffer.alloc(1_000_000);
    const longBatch = () => {
      const batch = new RecordBatch(1_048_576);
      batch.append(0, value, value, 0);
      return batch;
    };
    const batches = new Map(Array.from({ length: 20 }, (_, partition) => [partition, longBatch()]));
    await expect(producer.send(batches, () => {}, forever)).resolves.toBe("acknowledged");
    expect(cluster.requests).toEqual(["1: 0 1 2 3 4 5 6 7", "1: 8 9 10 11 12 13 14 15", "1: 16 17 18 19"]);
  });

  it("waits for a leader", async () => {
    const { cluster, send, retries } = await setUp();
    cluster.fates.set(0, [errors.notLeader]);
    cluster.partitions[0]!.leader = -1;
    let looks = 0;
    cluster.onDescribed = () => {
      if (++looks === 2) cluster.partitions[0]!.leader = 3;
    };
    await send({ 0: ["a"] });
    expect(cluster.requests).toEqual(["1: 0", "3: 0"]);
    expect(retries.slice(1)).toEqual(["a partition has no leader", "a partition has no leader"]);
  });

  it("waits while the topic does not exist, and sends to the new one of its name", async () => {
    const { cluster, send, retries } = await setUp();
    await send({ 0: ["a"] });
    cluster.makeAnew([1, 1, 1]);
    cluster.topicError = errors.unknownTopicOrPartition;
    cluster.fates.set(0, [errors.unknownTopicOrPartition]);
    let looks = 0;
    cluster.onDescribed = () => {
      if (++looks === 40) cluster.topicError = 0;
    };
    await send({ 0: ["b"] });
    expect(cluster.values(0)).toEqual(["b"]);
    expect(new Set(retries)).toEqual(new Set(['topic "t" does not exist']));
  });

  it("keeps a batch for a partition that cannot take it yet, and sends to the other", async () => {
    const { cluster, send, acknowledged } = await setUp({ leaders: [1, 1] });
    cluster.fates.set(0, [errors.notEnoughReplicas, errors.notEnoughReplicas]);
    await send({ 0: ["a"], 1: ["b"] });
    expect(cluster.requests).toEqual(["1: 0 1", "1: 0", "1: 0"]);
    expect(acknowledged).toEqual(["1: 1 at 0", "0: 1 at 0"]);
  });
});

describe("a producer that the brokers do not know any more", () => {
  it("continues as a new one, whose sequences begin at 0", async () => {
    const { cluster, send, lines } = await setUp();
    await send({ 0: ["a"], 1: ["b"], 2: ["c"] });
    cluster.fates.set(0, [errors.unknownProducerId]);
    await send({ 0: ["d", "e"], 2: ["f"] });
    await send({ 0: ["g"], 1: ["h"], 2: ["i"] });
    expect(stamps(cluster).slice(3)).toEqual(["0: 1/1", "2: 1/1", "0: 2/0", "0: 2/2", "2: 2/0", "1: 2/0"]);
    expect([0, 1, 2].map((partition) => cluster.values(partition).join(""))).toEqual(["adeg", "bh", "cfi"]);
    const [line = ""] = lines;
    expect(line).toContain(
      "the brokers do not know this producer any more (UNKNOWN_PRODUCER_ID): going on as a new one",
    );
    expect(line).not.toContain("stand twice");
    expect(lines).toHaveLength(1);
  });

  it("keeps the old producer state of a batch that brokers may have, so that the log has it once", async () => {
    const { cluster, send } = await setUp();
    cluster.fates.set(1, ["lost answer", errors.notEnoughReplicas, errors.notEnoughReplicas]);
    cluster.fates.set(0, [errors.outOfOrderSequence]);
    await send({ 0: ["a"], 1: ["b"] });
    expect(cluster.values(1)).toEqual(["b"]);
    expect(stamps(cluster).filter((stamp) => stamp.startsWith("1"))).toEqual(Array(4).fill("1: 1/0"));
    expect(stamps(cluster).filter((stamp) => stamp.startsWith("0"))).toEqual(["0: 1/0", "0: 2/0"]);
  });

  it("becomes one new producer, whichever leaders forgot it, and when", async () => {
    const { cluster, send } = await setUp();
    cluster.fates.set(0, [errors.unknownProducerId]);
    cluster.fates.set(1, [errors.unknownProducerId]);
    cluster.fates.set(2, [errors.notEnoughReplicas, errors.notEnoughReplicas, errors.unknownProducerId]);
    await send({ 0: ["a"], 1: ["b"], 2: ["c"] });
    expect(cluster.producerIds).toBe(2);
    expect(stamps(cluster).filter((stamp) => stamp.startsWith("2"))).toEqual([
      "2: 1/0",
      "2: 1/0",
      "2: 1/0",
      "2: 2/0",
    ]);
  });

  it("reports how many messages may be stored twice", async () => {
    const { cluster, send, lines } = await setUp();
    cluster.fates.set(0, ["broken", errors.outOfOrderSequence]);
    await send({ 0: ["a", "b", "c"] });
    expect(lines.join("")).toContain(
      "(OUT_OF_ORDER_SEQUENCE_NUMBER): going on as a new one; the last 3 messages",
    );
  });

  it("does not warn about batches that were certainly refused", async () => {
    const { cluster, send, lines } = await setUp();
    cluster.fates.set(0, [errors.notEnoughReplicas, errors.outOfOrderSequence]);
    await send({ 0: ["a", "b", "c"] });
    expect(lines.join("")).not.toContain("stand twice");
  });
});

describe("a partition that the brokers do not mention", () => {
  it("is assumed to exist for a long time", async () => {
    const { cluster, send, retries, producer } = await setUp();
    const [, , third] = cluster.partitions;
    cluster.partitions.pop();
    cluster.fates.set(2, [errors.unknownTopicOrPartition]);
    let looks = 0;
    cluster.onDescribed = () => {
      expect(producer.partitionCount).toBe(3);
      if (++looks === 29) cluster.partitions.push(third!);
    };
    await send({ 2: ["a"] });
    expect(cluster.values(2)).toEqual(["a"]);
    expect(retries.slice(1)).toEqual(Array(29).fill('topic "t" has lost partitions'));
    expect(producer.partitionCount).toBe(3);
  });

  it("passes its records to the others by their keys, behind the batches for those, if it is gone for good", async () => {
    const { cluster, send, acknowledged, producer, retries } = await setUp({ leaders: [1, 1, 1, 1] });
    cluster.makeAnew([1, 1]);
    const values = ["a", "b", "c", "d", "e", "a", "b"];
    cluster.fates.set(0, Array<number>(40).fill(errors.notEnoughReplicas));
    await send({ 0: ["first"], 3: values });
    expect(producer.partitionCount).toBe(2);
    for (const partition of [0, 1]) {
      const own = values.filter((value) => partitionOfKey(Buffer.from(value), 2) === partition);
      expect(own.length).toBeGreaterThan(0);
      expect(cluster.values(partition)).toEqual(partition === 0 ? ["first", ...own] : own);
    }
    expect(acknowledged).toEqual(["0: 1 at 0", "3: 7 at ?"]);
    expect(retries.filter((reason) => reason.endsWith("has lost partitions"))).toHaveLength(29);
  });
});

describe("a send that ends early", () => {
  it("resolves at once, and the next batch does not get a sequence that brokers may have", async () => {
    const { cluster, send } = await setUp();
    const giveUp = new AbortController();
    cluster.fates.set(0, ["lost answer", "no answer"]);
    const sending = send({ 0: ["a", "b"] }, giveUp.signal);
    await vi.waitFor(() => expect(cluster.attempts).toHaveLength(2));
    giveUp.abort();
    await expect(sending).resolves.toBe("aborted");
    await send({ 0: ["c", "d"] });
    expect(cluster.values(0)).toEqual(["a", "b", "c", "d"]);
    await expect(send({ 0: ["e"] }, giveUp.signal)).resolves.toBe("aborted");
    expect(cluster.values(0)).toHaveLength(4);
  });

  it.each([
    [errors.messageTooLarge, "MESSAGE_TOO_LARGE"],
    [errors.topicAuthorizationFailed, "TOPIC_AUTHORIZATION_FAILED"],
    [32, "INVALID_TIMESTAMP"],
    [87, "INVALID_RECORD"],
  ])("throws an error that repeating cannot help: %i", async (errorCode, type) => {
    const { cluster, send } = await setUp();
    cluster.fates.set(0, [errorCode]);
    await expect(send({ 0: ["a"], 1: ["b"] })).rejects.toThrow(new RegExp(`^topic "t": .* \\(${type}\\)$`));
    await expect(send({ 0: ["c"] })).resolves.toBe("acknowledged");
    expect(cluster.values(0)).toEqual(["c"]);
  });

  it("throws an error that repeating cannot help when it asks for the leaders", async () => {
    const { cluster, send } = await setUp();
    cluster.fates.set(0, [errors.notLeader]);
    cluster.topicError = errors.topicAuthorizationFailed;
    await expect(send({ 0: ["a"] })).rejects.toThrow(/^topic "t": .* \(TOPIC_AUTHORIZATION_FAILED\)$/);
  });

  it("throws the error of the callback", async () => {
    const { producer } = await setUp();
    const onAcknowledged = () => {
      throw new Error("of our own");
    };
    await expect(producer.send(new Map([[0, batchOf(["a"])]]), onAcknowledged, forever)).rejects.toThrow(
      "of our own",
    );
  });
});

describe("connecting", () => {
  it("waits until the topic exists and a broker gives an id", async () => {
    const { cluster, producer, retries } = unconnected([1, 2]);
    cluster.topicError = errors.unknownTopicOrPartition;
    cluster.describeErrors.push(connectionLost());
    cluster.producerIdErrors.push(brokerError({ errorCode: 15, errorMessage: undefined }));
    cluster.onDescribed = (times) => {
      if (times === 2) cluster.topicError = 0;
    };
    expect(producer.partitionCount).toBe(0);
    await expect(producer.connect(forever)).resolves.toBe(true);
    expect(producer.partitionCount).toBe(2);
    expect(retries).toEqual([
      "connection lost",
      expect.stringContaining("(GROUP_COORDINATOR_NOT_AVAILABLE)"),
      'topic "t" does not exist',
    ]);
    await producer.disconnect();
    expect(cluster.closed).toBe(1);
  });

  it("ends at an abort, also while brokers do not answer", async () => {
    const { cluster, producer } = unconnected([1]);
    const giveUp = new AbortController();
    cluster.describe = () => new Promise(() => {});
    const connecting = producer.connect(giveUp.signal);
    giveUp.abort();
    await expect(connecting).resolves.toBe(false);
    await expect(producer.connect(giveUp.signal)).resolves.toBe(false);
  });

  it("throws an error that waiting cannot help", async () => {
    const refused = unconnected([1]);
    refused.cluster.topicError = errors.topicAuthorizationFailed;
    await expect(refused.producer.connect(forever)).rejects.toThrow(
      /^topic "t": .*\(TOPIC_AUTHORIZATION_FAILED\)$/,
    );
    const old = unconnected([1]);
    old.cluster.describeErrors.push(new TooOldBroker("Kafka 2.4 or newer is needed"));
    await expect(old.producer.connect(forever)).rejects.toThrow('topic "t": Kafka 2.4 or newer is needed');
  });

  it("notices added partitions within ten seconds, until it is disconnected", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const { cluster, producer } = await setUp({ leaders: [1] });
      cluster.partitions.push({ leader: 2, values: [], batches: new Map() });
      await vi.advanceTimersByTimeAsync(9_999);
      expect(producer.partitionCount).toBe(1);
      await vi.advanceTimersByTimeAsync(1);
      await vi.waitFor(() => expect(producer.partitionCount).toBe(2));
      cluster.describeErrors.push(connectionLost());
      await vi.advanceTimersByTimeAsync(10_000);
      await producer.disconnect();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
