import { afterAll, beforeAll, expect, it } from "vitest";
import type { Compression } from "../contract/environment/device";
import { createKafka, IdempotentProducer, RecordBatch } from "../apps/shared/kafka";
import { createLogger } from "../apps/shared/logger";
import { eventually } from "./support/command";
import { KraftBrokers } from "./support/kraft-brokers";
import { Topic } from "./support/topic";

const partitions = 3;
const perBatch = 200;
const nothingIsForeverMs = 60_000;

let brokers: KraftBrokers;
beforeAll(async () => {
  brokers = await KraftBrokers.start("producer", 3);
});
afterAll(() => brokers.stop());

/** Sends numbered records to all partitions without a pause, until it is told to stop. */
class Load {
  readonly retries: string[] = [];
  readonly lines: string[] = [];
  /** By partition: how many were acknowledged; each is the text of its number. */
  readonly acknowledged = Array<number>(partitions).fill(0);
  /** Those of which a broker said that they stand elsewhere than they should. */
  readonly misplaced: string[] = [];
  private readonly batches = Array.from({ length: partitions }, () => new RecordBatch(100_000));
  private readonly stopping = new AbortController();
  private readonly producer: IdempotentProducer;
  private running: Promise<void> | undefined;

  constructor(topic: string, compression: Compression) {
    const write = (line: string) => void this.lines.push(line);
    const logger = createLogger({ app: "test", format: "pretty", level: "info", write });
    const bootstrapServers = brokers.bootstrapServers.split(",");
    const kafka = createKafka({ bootstrapServers, clientId: "test", logger });
    const onRetry = (reason: string) => void this.retries.push(reason);
    this.producer = new IdempotentProducer(kafka, { topic, compression, onRetry });
  }

  async start(): Promise<void> {
    await this.producer.connect(AbortSignal.timeout(nothingIsForeverMs));
    expect(this.producer.partitionCount).toBe(partitions);
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.producer.disconnect();
  }

  /** Waits until all partitions got further. */
  async goesOn(): Promise<void> {
    const before = [...this.acknowledged];
    await expect
      .poll(() => this.acknowledged.every((count, partition) => count > (before[partition] ?? 0)), {
        timeout: nothingIsForeverMs,
      })
      .toBe(true);
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.fill();
      const outcome = await this.producer.send(
        new Map(this.batches.entries()),
        (partition, batch, offset) => {
          const expected = BigInt(this.acknowledged[partition] ?? 0);
          if (offset !== expected) this.misplaced.push(`${partition}: ${String(offset)}, not ${expected}`);
          this.acknowledged[partition] = Number(expected) + batch.count;
        },
        AbortSignal.timeout(nothingIsForeverMs),
      );
      expect(outcome).toBe("acknowledged");
    }
  }

  private fill(): void {
    for (const [partition, batch] of this.batches.entries()) {
      batch.reset();
      const first = this.acknowledged[partition] ?? 0;
      for (let number = first; number < first + perBatch; number++) {
        const value = Buffer.from(String(number));
        const headers = number % 50 === 0 ? [{ key: "reason", value: `number ${number}` }] : undefined;
        batch.append(
          1_795_392_000_000 + number,
          Buffer.from(`key-${partition}`),
          value,
          value.length,
          headers,
        );
      }
    }
  }
}

/** Reads all; the first group of a cluster has to wait for its coordinator, which kafkajs does not. */
function read(topic: Topic) {
  return eventually(`topic ${topic.name} can be read`, nothingIsForeverMs, () =>
    topic.read().catch(() => undefined),
  );
}

/** Whether each partition has just what was acknowledged, once and in order. */
async function expectExact(topic: Topic, load: Load): Promise<void> {
  expect(load.misplaced).toEqual([]);
  expect(load.lines.filter((line) => line.includes("as a new one"))).toEqual([]);
  const ends = await topic.ends();
  for (const [partition, count] of load.acknowledged.entries()) {
    expect(ends.get(partition)).toEqual({ low: 0, high: count });
  }
  for (const { partition, offset, value, key, timestampMs, reason } of (await read(topic)).values()) {
    const expected = [String(offset), `key-${partition}`, 1_795_392_000_000 + offset];
    const expectedReason = offset % 50 === 0 ? `number ${offset}` : undefined;
    expect([value?.toString(), key?.toString(), timestampMs, reason]).toEqual([...expected, expectedReason]);
  }
}

it("writes each record once and in order, whatever connections and brokers go through", async () => {
  const topic = new Topic(brokers.bootstrapServers, "exact", partitions);
  await topic.make();
  const load = new Load(topic.name, "none");
  await load.start();
  for (let time = 0; time < 30; time++) {
    brokers.cut(1 + (time % 3));
    await new Promise((resolve) => setTimeout(resolve, 50 + 5 * time));
  }
  await load.goesOn();
  expect(load.retries.length).toBeGreaterThan(0);
  await brokers.killAndStart(1, 2000);
  await load.goesOn();
  await brokers.pause(2, 10_000);
  await load.goesOn();
  await brokers.killAndStart(3, 0);
  await load.goesOn();
  await load.stop();
  await expectExact(topic, load);
});

it.each(["gzip", "snappy", "lz4", "zstd"] as const)(
  "writes batches that are compressed by %s",
  async (compression) => {
    const topic = new Topic(brokers.bootstrapServers, compression, partitions);
    await topic.make({ "compression.type": "producer" });
    const load = new Load(topic.name, compression);
    await load.start();
    await load.goesOn();
    await load.stop();
    await expectExact(topic, load);
  },
);

it("goes on in another topic of the same name", async () => {
  const topic = new Topic(brokers.bootstrapServers, "anew", partitions);
  await topic.make();
  const load = new Load(topic.name, "none");
  await load.start();
  await load.goesOn();
  await topic.makeAnew();
  await load.goesOn();
  await load.stop();
  expect(load.retries).toContain('topic "anew" does not exist');
  const messages = [...(await read(topic)).values()];
  for (const [partition, count] of load.acknowledged.entries()) {
    const own = messages.filter((message) => message.partition === partition);
    const numbers = own.sort((one, other) => one.offset - other.offset).map(({ value }) => Number(value));
    const first = numbers[0] ?? 0;
    expect(first).toBeGreaterThan(0);
    expect(numbers).toEqual(Array.from({ length: count - first }, (_, index) => first + index));
  }
});
