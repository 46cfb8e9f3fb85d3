import { expect, it, vi } from "vitest";
import type { TableStorage } from "../../../shared/delta/storage/storage";
import {
  commits,
  contents,
  createStorages,
  FakeBroker,
  observation,
  pause,
  readAll,
  start,
} from "./testing/lake-process";

it("the lake commits a single row within the flush interval, and dead letters without any row", async () => {
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
  expect(process.skipped.deadLetters).toBe(1);
  await pause(60);
  expect(commits(storages)).toBe(4);
});

it("the lake commits the end of a backlog at once, and a few rows only after the interval", async () => {
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

it("the lake starts at the oldest message, and counts and logs offsets that the topic no longer holds", async () => {
  const broker = new FakeBroker(1);
  for (let seq = 0; seq < 20; seq++) broker.publish(0, observation(seq));
  const messages = broker.partitions[0] ?? [];
  broker.earliest = 5;
  for (const offset of [8, 9, 18, 19]) messages[offset] = undefined;
  const storages = createStorages();
  const process = await start(broker, storages, { rows: 1000 });
  await readAll(process, broker);
  await process.ingestion.finish();
  expect(process.skipped.missingOffsets).toBe(4);
  const { rows, next } = await contents(storages);
  expect(rows).toHaveLength(11);
  expect(next).toEqual({ "kafka-iot-sim-lake:t:0": 20 });
  expect(process.lines.filter((line) => line.includes("will never be in the table"))).toHaveLength(2);
});

it("the lake refuses a topic that ends before the offsets in the table", async () => {
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
    expect(later.failure).toMatchObject({ code: "OFFSETS_LOST" });
  } finally {
    vi.useRealTimers();
  }
  expect((await contents(storages)).rows).toHaveLength(9);
});

it("the lake does not wait for an answer to a request of an earlier assignment", async () => {
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

it("the lake ends with the reason why it cannot continue, whoever calls last", async () => {
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

it("the lake holds no more than two buffers while a commit is slow", async () => {
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

it("the lake counts what it reads and commits, and what it has to read again", async () => {
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

it("the lake is unhealthy while a commit hangs, and while rows wait behind it", async () => {
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
  "the lake notices changes by others to the table of %s while there is nothing to commit",
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
    process.ingestion.refreshTables();
    await pause(20);
    expect(process.failure).toBeUndefined();
    change({ "delta.constraints.small": "value < 100" });
    process.ingestion.refreshTables();
    await vi.waitFor(() =>
      expect(process.failure).toMatchObject({
        code: "TABLE_CHANGED",
        message: expect.stringContaining('it has the constraint "small": value < 100') as string,
      }),
    );
  },
);
