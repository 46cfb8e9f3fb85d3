import { expect, it, vi } from "vitest";
import type { Consumer, EachBatchPayload, KafkaClient, KafkaMessage } from "../../shared/kafka";
import { createLogger, type Logger } from "../../shared/logger";
import { CommitMonitor } from "./commit-monitor";
import { Committer } from "./committer";
import { deadLetterSchema, observationSchema } from "../../../contract/tables";
import { decodeDataFile } from "../../shared/delta/data-file";
import { noFaults } from "../../shared/delta/fault-points";
import { createMemoryStorage, type MemoryStorage } from "../../shared/delta/memory-storage";
import type { TableStorage } from "../../shared/delta/storage";
import { dataColumns } from "../../shared/delta/schema";
import { DeltaTable } from "../../shared/delta/table";
import { Ingestion } from "./ingestion";
import { LakeCounts } from "./lake-counts";
import { Tally } from "./tally";
import { directSink } from "./writer/row-sink";
import { RowWriter } from "./writer/row-writer";

/** The messages of the topic "t", by partition; an offset without a message is one that the broker has dropped. */
class FakeBroker {
  readonly partitions: (KafkaMessage | undefined)[][];
  earliest = 0;
  /** Gives no answer to what topics there are. */
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

/** What a member of the group sees: a seek takes effect with the next fetch, as in kafkajs. */
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

interface Process {
  readonly consumer: FakeConsumer;
  readonly ingestion: Ingestion;
  readonly tally: Tally;
  readonly counts: LakeCounts;
  readonly commitMonitor: CommitMonitor;
  readonly lines: string[];
  /** How often it told of progress. */
  steps: number;
  failure: unknown;
}

/** Where the two tables are kept. */
interface Storages<Storage extends TableStorage = TableStorage> {
  readonly rows: Storage;
  readonly dead: Storage;
}

const createStorages = (): Storages<MemoryStorage> => ({
  rows: createMemoryStorage(),
  dead: createMemoryStorage(),
});
const openRows = (storage: TableStorage) =>
  DeltaTable.open(storage, { name: "rows", schema: observationSchema, engine: "test" });
const openDead = (storage: TableStorage) =>
  DeltaTable.open(storage, { name: "dead", schema: deadLetterSchema, engine: "test" });

async function start(
  broker: FakeBroker,
  storages: Storages,
  { rows = 7, flushIntervalMs = 3, now = () => performance.now() } = {},
): Promise<Process> {
  const lines: string[] = [];
  const logger = createLogger({ app: "lake", format: "pretty", write: (line) => lines.push(line) });
  const table = await openRows(storages.rows);
  const deadLetters = await openDead(storages.dead);
  const tally = new Tally(logger);
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
    committer: new Committer({ table, deadLetters, tally, counts, logger }),
    tally,
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
    tally,
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

const pause = (ms = 0) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function observation(seq: number): string {
  const timestamp = new Date(1795392000000 + (seq % 5) * 60_000).toISOString();
  return JSON.stringify({ device: "d", sensor: "s", boot: 1795392000000, seq, timestamp, value: seq / 7 });
}

/** The (partition, offset, seq) of all rows, sorted; those of dead letters; and the offsets that are next. */
async function contents({ rows, dead }: Storages<MemoryStorage>) {
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
      const batch = await decodeDataFile(dataColumns(schema), storage.contents.get(path)!);
      const { kafka_partition: partition, kafka_offset: offset, seq } = batch.columns;
      for (let row = 0; row < batch.rows; row++) {
        const place = `${String(partition![row])}/${String(offset![row])}`;
        rows.push(seq === undefined ? place : `${place}=${String(seq[row])}`);
      }
    }
  }
  return rows.sort();
}

/** How many commits the table of rows has. */
const commits = ({ rows }: Storages<MemoryStorage>) => rows.entries.size;

/** Numbers from 0 to below 1 that are the same in each run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "lands each message exactly once through crashes, rebalances, rivals and failing storage (seed %i)",
  { timeout: 30_000 },
  async (seed) => {
    const random = randomNumbers(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const broker = new FakeBroker(3);
    const storages = createStorages();
    let calm = false;
    const disturb = async () => {
      if (calm) return;
      await pause(below(3));
      if (random() < 0.03) throw new Error("the disk fails");
    };
    const unreliable = (storage: MemoryStorage): TableStorage => ({
      location: "memory",
      files: {
        ...storage.files,
        write: async (files) => {
          await disturb();
          await storage.files.write(files);
          await disturb();
        },
      },
      log: {
        ...storage.log,
        putIfAbsent: async (version, text) => {
          await disturb();
          const result = await storage.log.putIfAbsent(version, text);
          await disturb();
          // The success of some attempts is not reported.
          return !calm && random() < 0.1 ? "exists" : result;
        },
      },
    });
    const expected: string[] = [];
    const expectedDead: string[] = [];
    const publish = () => {
      const partition = below(3);
      const offset = broker.partitions[partition]?.length ?? 0;
      const bad = random() < 0.1;
      broker.publish(partition, bad ? "rubbish" : observation(expected.length));
      if (bad) expectedDead.push(`${partition}/${offset}`);
      else expected.push(`${partition}/${offset}=${expected.length}`);
    };
    const begin = () =>
      start(broker, { rows: unreliable(storages.rows), dead: unreliable(storages.dead) }).catch(
        () => undefined,
      );

    const processes = [await begin(), await begin()];
    for (let round = 0; round < 90; round++) {
      for (let count = below(8); count > 0; count--) publish();
      const at = below(2);
      const process = processes[at];
      const event = random();
      // A replaced process is not stopped: what it still has under way goes on, as a rival.
      if (process === undefined || process.failure !== undefined || event < 0.05)
        processes[at] = await begin();
      else if (event < 0.1) process.consumer.rebalance();
      else if (event < 0.13) await process.ingestion.finish().catch(() => {});
      else await process.consumer.fetch(below(3), 1 + below(12));
      if (random() < 0.3) await pause(below(4));
    }

    calm = true;
    await pause(30);
    const last = await start(broker, storages);
    for (let pass = 0; pass < 25; pass++) {
      for (const partition of [0, 1, 2]) await last.consumer.fetch(partition, 50);
    }
    await last.ingestion.finish();
    await pause(30);
    expect(last.failure).toBeUndefined();
    const { rows, dead, next } = await contents(storages);
    expect(rows).toEqual(expected.sort());
    expect(dead).toEqual(expectedDead.sort());
    expect(next).toEqual(
      Object.fromEntries(
        broker.partitions.map((messages, partition) => [
          `kafka-iot-sim-lake:t:${partition}`,
          messages.length,
        ]),
      ),
    );
  },
);

async function readAll(process: Process, broker: FakeBroker): Promise<void> {
  for (let pass = 0; pass < 3; pass++) {
    for (const partition of broker.partitions.keys()) await process.consumer.fetch(partition, 100);
  }
}

it("commits a single row within the flush interval, and dead letters without any row", async () => {
  const broker = new FakeBroker(1);
  const storages = createStorages();
  const process = await start(broker, storages, { rows: 1000, flushIntervalMs: 20 });
  broker.publish(0, observation(0));
  await readAll(process, broker);
  expect(commits(storages)).toBe(2);
  await expect.poll(() => commits(storages)).toBe(3);
  broker.publish(0, "rubbish");
  await readAll(process, broker);
  await expect.poll(() => commits(storages)).toBe(4);
  await expect(contents(storages)).resolves.toEqual({
    rows: ["0/0=0"],
    dead: ["0/1"],
    next: { "kafka-iot-sim-lake:t:0": 2 },
  });
  expect(process.tally.buried).toBe(1);
  await pause(60);
  expect(commits(storages)).toBe(4);
});

it("commits the end of a backlog without waiting for the interval, and a little not before", async () => {
  const broker = new FakeBroker(1);
  const storages = createStorages();
  const process = await start(broker, storages, { rows: 80, flushIntervalMs: 60_000 });
  for (let seq = 0; seq < 9; seq++) broker.publish(0, observation(seq));
  await readAll(process, broker);
  await pause(200);
  expect(commits(storages)).toBe(2);
  broker.publish(0, observation(9));
  await readAll(process, broker);
  await expect.poll(() => commits(storages)).toBe(3);
  expect((await contents(storages)).rows).toHaveLength(10);
  await process.ingestion.finish();
});

it("begins at the oldest message, counts what the topic holds no more, goes on behind it, and says so", async () => {
  const broker = new FakeBroker(1);
  for (let seq = 0; seq < 20; seq++) broker.publish(0, observation(seq));
  const messages = broker.partitions[0] ?? [];
  broker.earliest = 5;
  for (const offset of [8, 9, 18, 19]) messages[offset] = undefined;
  const storages = createStorages();
  const process = await start(broker, storages, { rows: 1000 });
  await readAll(process, broker);
  await process.ingestion.finish();
  expect(process.tally.missing).toBe(4);
  const { rows, next } = await contents(storages);
  expect(rows).toHaveLength(11);
  expect(next).toEqual({ "kafka-iot-sim-lake:t:0": 20 });
  expect(process.lines.filter((line) => line.includes("will never be in the table"))).toHaveLength(2);
});

it("refuses a topic that ends before what the table holds of it", async () => {
  const broker = new FakeBroker(1);
  for (let seq = 0; seq < 9; seq++) broker.publish(0, observation(seq));
  const storages = createStorages();
  const process = await start(broker, storages);
  await readAll(process, broker);
  await process.ingestion.finish();

  const anew = new FakeBroker(1);
  anew.publish(0, observation(0));
  vi.useFakeTimers();
  try {
    const later = await start(anew, storages);
    await vi.advanceTimersByTimeAsync(3000);
    expect(later.failure).toBeUndefined();
    await vi.advanceTimersByTimeAsync(3000);
    expect(later.failure).toMatchObject({ code: "LAKE_OFFSETS_LOST" });
  } finally {
    vi.useRealTimers();
  }
  expect((await contents(storages)).rows).toHaveLength(9);
});

it("does not wait for an answer that an earlier assignment asked for", async () => {
  const broker = new FakeBroker(1);
  broker.publish(0, observation(0));
  const storages = createStorages();
  broker.isMute = true;
  const process = await start(broker, storages);
  await pause(20);
  broker.isMute = false;
  process.consumer.rebalance();
  await readAll(process, broker);
  await process.ingestion.finish();
  expect((await contents(storages)).rows).toEqual(["0/0=0"]);
});

it("ends with the reason why it cannot go on, whoever asks last", async () => {
  const broker = new FakeBroker(1);
  broker.publish(0, observation(0));
  const storages = createStorages();
  const { files } = storages.rows;
  const full = {
    ...storages.rows,
    files: { ...files, write: () => Promise.reject(new Error("the volume is full")) },
  };
  const process = await start(broker, { ...storages, rows: full }, { flushIntervalMs: 5 });
  await readAll(process, broker);
  await expect(process.ingestion.finish()).rejects.toThrow("the volume is full");
  expect(process.failure).toMatchObject({ message: "the volume is full" });
});

it("holds no more than two buffers while a commit is slow", async () => {
  const broker = new FakeBroker(1);
  for (let seq = 0; seq < 100; seq++) broker.publish(0, observation(seq));
  const storages = createStorages();
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  const { log, files, location } = storages.rows;
  const slow: TableStorage = {
    location,
    log,
    files: { ...files, write: (newFiles) => gate.then(() => files.write(newFiles)) },
  };
  const process = await start(broker, { ...storages, rows: slow }, { rows: 10, flushIntervalMs: 10_000 });
  // The seek takes effect with the fetch after this one.
  await process.consumer.fetch(0, 1);
  let done = false;
  const reading = process.consumer.fetch(0, 100).then(() => (done = true));
  await pause(50);
  expect(done).toBe(false);
  expect(commits(storages)).toBe(2);
  release();
  await reading;
  await process.ingestion.finish();
  expect((await contents(storages)).rows).toHaveLength(100);
});

it("counts what it reads and commits, and what it has to read again", async () => {
  const broker = new FakeBroker(1);
  for (let seq = 0; seq < 9; seq++) broker.publish(0, observation(seq));
  broker.publish(0, "rubbish");
  const storages = createStorages();
  const slow = await start(broker, storages, { rows: 1000, flushIntervalMs: 60_000 });
  await readAll(slow, broker);
  const quick = await start(broker, storages, { rows: 1000, flushIntervalMs: 60_000 });
  await readAll(quick, broker);
  await quick.ingestion.finish();
  await slow.ingestion.finish();

  // Observations are of five minutes, each a file of its own.
  const { counts } = quick;
  expect(counts).toMatchObject({ messagesRead: 10, rows: 9, files: 5, commits: 1, commitsOvertaken: 0 });
  const sizes = [...storages.rows.entries.values()].flatMap((text) => [...text.matchAll(/"size":(\d+)/g)]);
  expect(counts.bytes).toBe(sizes.reduce((sum, [, size]) => sum + Number(size), 0));
  for (const { counts: buckets } of [counts.freshnessSeconds, counts.commitSeconds])
    expect(buckets).toHaveLength(20);
  const count = ({ counts: buckets }: { counts: Float64Array }) =>
    buckets.reduce((sum, each) => sum + each, 0);
  expect([count(counts.freshnessSeconds), count(counts.commitSeconds)]).toEqual([9, 1]);
  expect(slow.counts).toMatchObject({ messagesRead: 10, rows: 0, files: 0, commits: 0, commitsOvertaken: 1 });
  expect([count(slow.counts.freshnessSeconds), count(slow.counts.commitSeconds)]).toEqual([0, 0]);
});

it("complains while a commit hangs, and while rows wait behind it", async () => {
  const broker = new FakeBroker(1);
  for (let seq = 0; seq < 30; seq++) broker.publish(0, observation(seq));
  const storages = createStorages();
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  const { log, files, location } = storages.rows;
  const hanging: TableStorage = {
    location,
    log,
    files: { ...files, write: (newFiles) => gate.then(() => files.write(newFiles)) },
  };
  let nowMs = 0;
  const process = await start(
    broker,
    { ...storages, rows: hanging },
    { rows: 20, flushIntervalMs: 10_000, now: () => nowMs },
  );
  await process.consumer.fetch(0, 1);
  // So little is left that it waits for the interval.
  const reading = process.consumer.fetch(0, 22);
  await pause(20);
  expect(process.steps).toBe(2);
  nowMs = 14_999;
  expect(process.commitMonitor.complaint).toBeUndefined();
  nowMs = 15_000;
  expect(process.commitMonitor.complaint).toBe("a commit has been under way for 15 s");
  release();
  await reading;
  await expect.poll(() => commits(storages)).toBe(3);
  await pause(20);
  expect(process.commitMonitor.complaint).toBeUndefined();
  nowMs = 24_999;
  expect(process.commitMonitor.complaint).toBeUndefined();
  nowMs = 25_000;
  expect(process.commitMonitor.complaint).toBe("rows have waited for their commit for 25 s");
  await process.ingestion.finish();
  expect(process.commitMonitor.complaint).toBeUndefined();
});

it.each(["rows", "dead"] as const)(
  "notices what others do to the table of %s while there is nothing to commit",
  async (which) => {
    const storages = createStorages();
    const process = await start(new FakeBroker(1), storages);
    await vi.waitFor(() => expect(commits(storages)).toBe(2));
    const change = (configuration: Record<string, string>) => {
      const { entries } = storages[which];
      const metaData = /^\{"metaData":.*$/m.exec(entries.get(0) ?? "")?.[0] ?? "";
      entries.set(
        entries.size,
        `${metaData.replace('"configuration":{}', `"configuration":${JSON.stringify(configuration)}`)}\n`,
      );
    };
    change({ "delta.appendOnly": "true" });
    process.ingestion.lookAtTables();
    await pause(20);
    expect(process.failure).toBeUndefined();
    change({ "delta.constraints.small": "value < 100" });
    process.ingestion.lookAtTables();
    await vi.waitFor(() =>
      expect(process.failure).toMatchObject({
        code: "LAKE_TABLE_CHANGED",
        message: expect.stringContaining('it has the constraint "small": value < 100') as string,
      }),
    );
  },
);
