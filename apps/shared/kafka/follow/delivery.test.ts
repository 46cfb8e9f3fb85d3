import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { delay } from "../../shutdown";
import { offsetOf } from "../record-batch/record-view";
import { CompressionTypes } from "../transport/testing/kafkajs-reference";
import { encodeBatch, withChecksum } from "../testing/encode-batch";
import { BusyShare, type Fetched, piecesOf } from "./delivery";

describe("a share of the time", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const never = new AbortController().signal;
  const work = (ms: number) => () => delay(ms).then(() => {});

  it("limits work to its share of the time, one piece after the other", async () => {
    const share = new BusyShare(0.25, never);
    const began: number[] = [];
    const start = performance.now();
    for (const ms of [10, 20, 10])
      void share.run(() => {
        began.push(performance.now() - start);
        return work(ms)();
      });
    await vi.advanceTimersByTimeAsync(1000);
    expect(began).toEqual([0, 40, 120]);
  });

  it("combines short waits", async () => {
    const share = new BusyShare(0.5, never);
    let done = 0;
    for (let time = 0; time < 100; time++) void share.run(work(1)).then(() => done++);
    await vi.advanceTimersByTimeAsync(104);
    expect(done).toBeGreaterThan(48);
    expect(done).toBeLessThan(56);
  });

  it("does not wait if work may take all the time, nor after an abort", async () => {
    const all = new BusyShare(1, never);
    let done = 0;
    for (let time = 0; time < 10; time++) void all.run(work(10)).then(() => done++);
    await vi.advanceTimersByTimeAsync(100);
    expect(done).toBe(10);
    const ending = new AbortController();
    const little = new BusyShare(0.001, ending.signal);
    void little.run(work(1000));
    void little.run(() => {
      done++;
    });
    await vi.advanceTimersByTimeAsync(2000);
    expect(done).toBe(10);
    ending.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(done).toBe(11);
  });

  it("rejects with the error of the work, and continues with the next piece", async () => {
    const share = new BusyShare(1, never);
    const failing = share.run(() => {
      throw new Error("my own");
    });
    await expect(failing).rejects.toThrow("my own");
    await expect(share.run(() => {})).resolves.toBeUndefined();
  });
});

const range = (from: number, until: number) => Array.from({ length: until - from }, (_, at) => from + at);

/** A batch of consecutive offsets. */
const batch = (from: number, until: number, fields: object = {}) =>
  encodeBatch(
    range(from, until).map(() => ({})),
    { firstOffset: from, ...fields },
  );

async function read(batches: readonly Buffer[], options: Partial<Fetched> = {}) {
  const recordSet = Buffer.concat(batches);
  const pieces = [];
  for await (const piece of piecesOf({ recordSet, highWatermark: 100, from: 0, end: Infinity, ...options }))
    pieces.push({ ...piece, messages: piece.messages.map(offsetOf) });
  return pieces;
}

it("a piece covers the offsets from begin to end, whatever their batches are", async () => {
  const batches = [await batch(0, 10), await batch(10, 20), await batch(20, 30)];
  expect(await read(batches)).toEqual([{ from: 0, next: 30, messages: range(0, 30) }]);
  expect(await read(batches, { from: 5, end: 22 })).toEqual([{ from: 5, next: 22, messages: range(5, 22) }]);
  expect(await read(batches, { from: 30 })).toEqual([]);
  expect(await read(batches, { from: 3, end: 3 })).toEqual([]);
  expect(await read([])).toEqual([]);
});

it.each([
  CompressionTypes.None,
  CompressionTypes.GZIP,
  CompressionTypes.Snappy,
  CompressionTypes.LZ4,
  CompressionTypes.ZSTD,
])("a piece has the messages of batches with compression %i", async (compression) => {
  expect(await read([await batch(0, 3, { compression })])).toEqual([
    { from: 0, next: 3, messages: [0, 1, 2] },
  ]);
});

it("a piece covers offsets without messages", async () => {
  const compacted = await encodeBatch([{ offsetDelta: 1 }, { offsetDelta: 3 }], {
    firstOffset: 4,
    lastOffsetDelta: 5,
  });
  expect(await read([compacted])).toEqual([{ from: 0, next: 10, messages: [5, 7] }]);
  expect(await read([await batch(0, 2), await batch(7, 8)])).toEqual([
    { from: 0, next: 8, messages: [0, 1, 7] },
  ]);
  // The first batch lies behind the end.
  expect(await read([await batch(7, 9)], { end: 5 })).toEqual([{ from: 0, next: 5, messages: [] }]);
});

it("a piece ends before a batch that is cut off", async () => {
  const batches = [await batch(0, 2), (await batch(2, 4)).subarray(0, -1)];
  expect(await read(batches)).toEqual([{ from: 0, next: 2, messages: [0, 1] }]);
});

it("a piece leaves out the end markers of transactions", async () => {
  const marker = await batch(2, 3);
  marker.writeInt16BE(0x20 | 0x10, 21);
  withChecksum(marker);
  expect(await read([await batch(0, 2), marker, await batch(3, 4)])).toEqual([
    { from: 0, next: 4, messages: [0, 1, 3] },
  ]);
});

it("unreadable offsets are a piece of their own, with the reason, and the offsets behind them are read", async () => {
  const unknown = await batch(2, 4);
  unknown.writeInt16BE(5, 21);
  withChecksum(unknown);
  const broken = await batch(6, 8, { compression: CompressionTypes.GZIP });
  broken.fill(0, 61);
  withChecksum(broken);
  expect(await read([await batch(0, 2), unknown, await batch(4, 6), broken, await batch(8, 9)])).toEqual([
    { from: 0, next: 2, messages: [0, 1] },
    { from: 2, next: 4, messages: [], unreadable: "no compression has its number 5" },
    { from: 4, next: 6, messages: [4, 5] },
    { from: 6, next: 8, messages: [], unreadable: "gzip cannot decompress it: incorrect header check" },
    { from: 8, next: 9, messages: [8] },
  ]);
});

it("batches of an older format are unreadable, and the offsets behind them are read", async () => {
  const old = await batch(2, 4);
  old.writeInt8(1, 16);
  expect(await read([await batch(0, 2), old, await batch(4, 6)])).toEqual([
    { from: 0, next: 2, messages: [0, 1] },
    {
      from: 2,
      next: 4,
      messages: [],
      unreadable: "it is in format 1, which is older than Kafka 0.11; only format 2 is known",
    },
    { from: 4, next: 6, messages: [4, 5] },
  ]);
});

it("pieces are cut by their size after decompression", async () => {
  const value = "x".repeat(1000);
  const large = (from: number) =>
    encodeBatch(
      range(0, 300).map(() => ({ value })),
      { firstOffset: from, compression: CompressionTypes.ZSTD },
    );
  const pieces = await read([await large(0), await large(300), await batch(600, 602)]);
  expect(pieces.map(({ from, next }) => [from, next])).toEqual([
    [0, 300],
    [300, 600],
    [600, 602],
  ]);
});
