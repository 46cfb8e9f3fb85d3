import { expect, it } from "vitest";
import type { Compression } from "../../contract/environment/device";
import { createKafka, IdempotentProducer, RecordBatch } from "../../apps/shared/kafka";
import { createLogger } from "../../apps/shared/logger";
import type { KraftBrokers } from "../support/kraft-brokers";
import { Topic } from "../support/topic";
import { limitMs, partitions, readWhenPossible } from "./topics";

const perBatch = 200;

/** The producer sends numbered records to all partitions without a pause, until it is stopped. */
export class ProducerLoad {
  readonly retries: string[] = [];
  readonly lines: string[] = [];
  /** By partition: how many were acknowledged; each is the text of its number. */
  readonly acknowledged = Array<number>(partitions).fill(0);
  /** Records that a broker acknowledged at another offset than the expected one. */
  readonly misplaced: string[] = [];
  private readonly batches = Array.from({ length: partitions }, () => new RecordBatch(100_000));
  private readonly stopping = new AbortController();
  private readonly producer: IdempotentProducer;
  private running: Promise<void> | undefined;

  constructor(
    private readonly topic: Topic,
    bootstrapServers: string,
    compression: Compression,
  ) {
    const write = (line: string) => void this.lines.push(line);
    const logger = createLogger({ app: "test", format: "pretty", level: "info", write });
    const kafka = createKafka({ bootstrapServers: bootstrapServers.split(","), clientId: "test", logger });
    const onRetry = (reason: string) => void this.retries.push(reason);
    this.producer = new IdempotentProducer(kafka, { topic: topic.name, compression, onRetry });
  }

  async start(): Promise<void> {
    await this.producer.connect(AbortSignal.timeout(limitMs));
    expect(this.producer.partitionCount).toBe(partitions);
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.producer.disconnect();
  }

  /** Waits until records of every partition are acknowledged that were not before. */
  async goesOn(): Promise<void> {
    const before = [...this.acknowledged];
    const message = "every partition acknowledges more to the producer";
    await expect
      .poll(() => this.acknowledged.every((count, partition) => count > (before[partition] ?? 0)), {
        timeout: limitMs,
        message,
      })
      .toBe(true);
  }

  /** Fails unless each partition holds exactly what was acknowledged, once and in order. */
  async expectExact(): Promise<void> {
    expect(this.misplaced).toEqual([]);
    expect(this.lines.filter((line) => line.includes("as a new one"))).toEqual([]);
    const ends = await this.topic.ends();
    for (const [partition, count] of this.acknowledged.entries()) {
      expect(ends.get(partition)).toEqual({ low: 0, high: count });
    }
    const stored = await readWhenPossible(this.topic);
    for (const { partition, offset, value, key, timestampMs, reason } of stored.values()) {
      const expected = [String(offset), `key-${partition}`, 1_795_392_000_000 + offset];
      const expectedReason = offset % 50 === 0 ? `number ${offset}` : undefined;
      expect([value?.toString(), key?.toString(), timestampMs, reason]).toEqual([
        ...expected,
        expectedReason,
      ]);
    }
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
        AbortSignal.timeout(limitMs),
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

export function testProducer(brokers: () => KraftBrokers): void {
  it.each(["gzip", "snappy", "lz4", "zstd"] as const)(
    "writes batches that are compressed by %s",
    async (compression) => {
      const topic = new Topic(brokers().bootstrapServers, `written-${compression}`, partitions);
      await topic.make({ "compression.type": "producer" });
      const load = new ProducerLoad(topic, brokers().bootstrapServers, compression);
      await load.start();
      await load.goesOn();
      await load.stop();
      await load.expectExact();
    },
  );

  it("continues in another topic of the same name", async () => {
    const topic = new Topic(brokers().bootstrapServers, "written-anew", partitions);
    await topic.make();
    const load = new ProducerLoad(topic, brokers().bootstrapServers, "none");
    await load.start();
    await load.goesOn();
    await topic.makeAnew();
    await load.goesOn();
    await load.stop();
    expect(load.retries).toContain('topic "written-anew" does not exist');
    const messages = [...(await readWhenPossible(topic)).values()];
    for (const [partition, count] of load.acknowledged.entries()) {
      const own = messages.filter((message) => message.partition === partition);
      const numbers = own.sort((one, other) => one.offset - other.offset).map(({ value }) => Number(value));
      const first = numbers[0] ?? 0;
      expect(first).toBeGreaterThan(0);
      expect(numbers).toEqual(Array.from({ length: count - first }, (_, index) => first + index));
    }
  });
}
