import { deadLetterSchema, observationSchema } from "../../../../../contract/tables";
import { decodeDataFile } from "../../../../shared/delta/data-files/decode";
import { noFaults } from "../../../../shared/delta/fault-points";
import { dataColumns } from "../../../../shared/delta/schema";
import {
  createMemoryStorage,
  type MemoryStorage,
} from "../../../../shared/delta/storage/testing/memory-storage";
import type { TableStorage } from "../../../../shared/delta/storage/storage";
import { DeltaTable } from "../../../../shared/delta/table/table";
import type { Consumer, EachBatchPayload, KafkaClient, KafkaMessage } from "../../../../shared/kafka";
import { createLogger, type Logger } from "../../../../shared/logger";
import { CommitMonitor } from "../../commit/commit-monitor";
import { Committer } from "../../commit/committer";
import { LakeCounts } from "../../commit/lake-counts";
import { SkippedMessages } from "../../commit/skipped-messages";
import { type RowSink, RowWriter } from "../../write/row-writer";
import { Ingestion } from "../ingestion";

/** The messages of the topic "t", by partition; the broker has dropped an offset without a message. */
export class FakeBroker {
  readonly partitions: (KafkaMessage | undefined)[][];
  earliest = 0;
  /** Does not answer requests for the identity of topics. */
  isMute = false;

  constructor(partitions: number) {
    this.partitions = Array.from({ length: partitions }, () => []);
  }

  publish(partition: number, value: string): void {
    const messages = this.partitions[partition];
    messages?.push({
      key: null,
      value: Buffer.from(value),
      timestamp: "1795392000500",
      attributes: 0,
      offset: String(messages.length),
      headers: {},
    });
  }

  client(logger: Logger): KafkaClient {
    const admin = {
      connect: () => Promise.resolve(),
      disconnect: () => Promise.resolve(),
      fetchTopicOffsets: () =>
        Promise.resolve(
          this.partitions.map((messages, partition) => ({
            partition,
            offset: String(messages.length),
            high: String(messages.length),
            low: String(this.earliest),
          })),
        ),
    };
    const identifyTopics = (topics: readonly string[]) =>
      this.isMute
        ? new Promise<never>(() => {})
        : Promise.resolve(new Map(topics.map((topic) => [topic, { clusterId: "c", topicId: "i" }])));
    return { logger, admin: () => admin, identifyTopics } as unknown as KafkaClient;
  }
}

/** A member of the group: a seek takes effect with the next fetch, as in kafkajs. */
class FakeConsumer {
  private readonly seeks = new Map<number, number>();
  private readonly resolved = new Map<number, number>();

  constructor(
    private readonly broker: FakeBroker,
    private readonly ingestion: Ingestion,
  ) {}

  rebalance(): void {
    const consumer = {
      seek: ({ partition, offset }: { partition: number; offset: string }) => {
        this.seeks.set(partition, Number(offset));
      },
      commitOffsets: () => Promise.reject(new Error("no matter")),
    };
    this.resolved.clear();
    this.ingestion.assign(consumer as unknown as Consumer, {
      t: this.broker.partitions.map((_, index) => index),
    });
  }

  async fetch(partition: number, size: number): Promise<void> {
    const seek = this.seeks.get(partition);
    this.seeks.delete(partition);
    if (seek !== undefined) this.resolved.set(partition, seek);
    const from = this.resolved.get(partition) ?? this.broker.earliest;
    const all = this.broker.partitions[partition] ?? [];
    const fetched = all.slice(from, from + size);
    const messages = fetched.filter((message) => message !== undefined);
    if (messages.length === 0) {
      if (fetched.length > 0) {
        this.resolved.set(partition, from + fetched.length);
        this.ingestion.passedOver("t", partition, from, from + fetched.length - 1);
      }
      return;
    }
    await this.ingestion.receive({
      batch: {
        topic: "t",
        partition,
        fetchedOffset: String(from),
        messages,
        lastOffset: () => String(from + fetched.length - 1),
      },
      heartbeat: () => Promise.resolve(),
      isStale: () => this.seeks.has(partition),
      resolveOffset: (offset: string) => this.resolved.set(partition, Number(offset) + 1),
    } as unknown as EachBatchPayload);
  }
}

export interface Process {
  readonly consumer: FakeConsumer;
  readonly ingestion: Ingestion;
  readonly skipped: SkippedMessages;
  readonly counts: LakeCounts;
  readonly commitMonitor: CommitMonitor;
  readonly lines: string[];
  /** How often it reported progress. */
  steps: number;
  failure: unknown;
}

/** The storage of the two tables. */
export interface Storages<Storage extends TableStorage = TableStorage> {
  readonly rows: Storage;
  readonly dead: Storage;
}

export const createStorages = (): Storages<MemoryStorage> => ({
  rows: createMemoryStorage(),
  dead: createMemoryStorage(),
});
const openRows = (storage: TableStorage) =>
  DeltaTable.open(storage, { name: "rows", schema: observationSchema, engine: "test" });
const openDead = (storage: TableStorage) =>
  DeltaTable.open(storage, { name: "dead", schema: deadLetterSchema, engine: "test" });

export async function start(
  broker: FakeBroker,
  storages: Storages,
  { rows = 7, flushIntervalMs = 3, now = () => performance.now() } = {},
): Promise<Process> {
  const lines: string[] = [];
  const logger = createLogger({ app: "lake", format: "pretty", write: (line) => lines.push(line) });
  const table = await openRows(storages.rows);
  const deadLetters = await openDead(storages.dead);
  const skipped = new SkippedMessages(logger);
  const counts = new LakeCounts();
  const commitMonitor = new CommitMonitor(flushIntervalMs, now);
  const ingestion = new Ingestion({
    kafka: broker.client(logger),
    table,
    deadLetters,
    onLostOffsets: "stop",
    writer: directSink(
      new RowWriter({ observations: storages.rows.files, deadLetters: storages.dead.files }),
    ),
    committer: new Committer({ table, deadLetters, skipped, counts, logger }),
    skipped,
    counts,
    commitMonitor,
    onProgress: () => process.steps++,
    limits: { rows, bytes: 1_000_000 },
    flushIntervalMs,
    signal: new AbortController().signal,
    onPositioned: () => {},
    onFailed: (error) => (process.failure = error),
    faults: noFaults,
  });
  const process: Process = {
    ingestion,
    skipped,
    counts,
    commitMonitor,
    lines,
    steps: 0,
    failure: undefined,
    consumer: new FakeConsumer(broker, ingestion),
  };
  process.consumer.rebalance();
  return process;
}

export const pause = (ms = 0) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function observation(seq: number): string {
  const timestamp = new Date(1795392000000 + (seq % 5) * 60_000).toISOString();
  return JSON.stringify({ device: "d", sensor: "s", boot: 1795392000000, seq, timestamp, value: seq / 7 });
}

/** The (partition, offset, seq) of all rows, sorted; those of dead letters; and the offsets that are next. */
export async function contents({ rows, dead }: Storages<MemoryStorage>) {
  const { state } = await openRows(rows);
  const offsets = [...state.transactions].filter(([appId]) => appId.startsWith("kafka-iot-sim-lake:"));
  return {
    rows: await rowsOf(rows, observationSchema),
    dead: await rowsOf(dead, deadLetterSchema),
    next: Object.fromEntries(offsets),
  };
}

async function rowsOf(storage: MemoryStorage, schema: typeof observationSchema | typeof deadLetterSchema) {
  const rows: string[] = [];
  for (const text of storage.entries.values()) {
    for (const [, path = ""] of text.matchAll(/"add":\{"path":"([^"]+)"/g)) {
      const batch = await decodeDataFile(dataColumns(schema), storage.contents.get(path) ?? new Uint8Array());
      const { kafka_partition: partition, kafka_offset: offset, seq } = batch.columns;
      for (let row = 0; row < batch.rows; row++) {
        const place = `${String(partition?.[row])}/${String(offset?.[row])}`;
        rows.push(seq === undefined ? place : `${place}=${String(seq[row])}`);
      }
    }
  }
  return rows.sort();
}

/** How many commits the table of rows has. */
export const commits = ({ rows }: Storages<MemoryStorage>) => rows.entries.size;

export async function readAll(process: Process, broker: FakeBroker): Promise<void> {
  for (let pass = 0; pass < 3; pass++) {
    for (const partition of broker.partitions.keys()) await process.consumer.fetch(partition, 100);
  }
}

/** A sink that works in the thread of its caller. */
function directSink(writer: RowWriter): RowSink {
  return {
    begin: (partitions) => writer.begin(partitions),
    add: (chunk) => writer.add(chunk),
    room: () => Promise.resolve(),
    flush: () => writer.flush(),
  };
}
