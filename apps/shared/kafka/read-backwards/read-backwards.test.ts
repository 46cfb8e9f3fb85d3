import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FetchedPartition } from "../requests/fetch";
import { offsetOf } from "../record-batch/record-view";
import { CompressionTypes } from "../transport/testing/kafkajs-reference";
import { encodeBatch } from "../testing/encode-batch";
import type { PartitionOffsets } from "../requests/list-offsets";
import { KafkaError } from "../transport/errors";
import type { PartitionSource } from "./partition";
import { readPartitionsBackwards, type ReadingOptions } from "./read-backwards";

const batchLength = 100;
const notLeader = 6;
const offsetOutOfRange = 1;
const nothing = Buffer.alloc(0);

/** Partitions with batches of a hundred offsets, some of which may be compacted away. */
class FakeSource implements PartitionSource {
  readonly fetched: [partition: number, offset: number][] = [];
  leadersForgotten = 0;
  /** Called before each fetch; an error code of its own stands for the broker's answer. */
  beforeFetch: (count: number) => number | undefined = () => undefined;

  constructor(
    public offsets: PartitionOffsets[],
    private readonly isThere: (offset: number) => boolean = () => true,
    private readonly batchesAtOnce = 5,
  ) {}

  bounds(): Promise<PartitionOffsets[]> {
    return Promise.resolve(this.offsets);
  }

  async fetch(partition: number, offset: number): Promise<FetchedPartition> {
    this.fetched.push([partition, offset]);
    const errorCode = this.beforeFetch(this.fetched.length);
    if (errorCode !== undefined) return { errorCode, highWatermark: -1, recordSet: nothing };
    const { earliest, latest } = this.offsets.find((own) => own.partition === partition)!;
    if (offset < earliest || offset > latest)
      return { errorCode: offsetOutOfRange, highWatermark: -1, recordSet: nothing };
    const batches: Buffer[] = [];
    const first = offset - (offset % batchLength);
    for (let at = first; at < latest && batches.length < this.batchesAtOnce; at += batchLength)
      batches.push(await this.batch(at, Math.min(latest, at + batchLength)));
    return { errorCode: 0, highWatermark: latest, recordSet: Buffer.concat(batches) };
  }

  forgetLeaders(): void {
    this.leadersForgotten++;
  }

  private batch(from: number, until: number): Promise<Buffer> {
    const deltas = Array.from({ length: until - from }, (_, delta) => delta).filter((delta) =>
      this.isThere(from + delta),
    );
    // A batch without records does not exist.
    if (deltas.length === 0) return Promise.resolve(nothing);
    const messages = deltas.map((offsetDelta) => ({ offsetDelta, headers: { at: String(from) } }));
    return encodeBatch(messages, {
      firstOffset: from,
      lastOffsetDelta: until - from - 1,
      compression: CompressionTypes.ZSTD,
    });
  }
}

async function read(source: PartitionSource, options: Partial<ReadingOptions> = {}) {
  const messages: [partition: number, offset: number][] = [];
  const end = await readPartitionsBackwards(source, {
    onMessage: (partition, message) => messages.push([partition, offsetOf(message)]),
    enough: () => false,
    signal: new AbortController().signal,
    ...options,
  });
  return { end, messages, offsets: messages.map(([, offset]) => offset) };
}

const range = (from: number, until: number) => Array.from({ length: until - from }, (_, at) => from + at);
const partition = (latest: number, earliest = 0, number = 0) => ({ partition: number, earliest, latest });

it("pieces grow, the newest first, each in the order of offsets", async () => {
  const { end, offsets } = await read(new FakeSource([partition(6_050, 7)]));
  expect(end).toBe("all");
  expect(offsets).toEqual([...range(5_050, 6_050), ...range(1_050, 5_050), ...range(7, 1_050)]);
});

it("empty partitions have nothing to read", async () => {
  const source = new FakeSource([partition(0), partition(500, 500, 1)]);
  await expect(read(source)).resolves.toMatchObject({ end: "all", messages: [] });
  expect(source.fetched).toEqual([]);
  await expect(read(new FakeSource([]))).resolves.toMatchObject({ end: "all" });
});

it("reading stops when it is enough, after a piece of each partition", async () => {
  const numbers = range(0, 9);
  const source = new FakeSource(numbers.map((number) => partition(5_000, 0, number)));
  const progress: [number, number][] = [];
  const { end, messages } = await read(source, {
    enough: () => true,
    onProgress: (...of) => progress.push(of),
  });
  expect(end).toBe("enough");
  for (const number of numbers)
    expect(messages.filter(([of]) => of === number).map(([, offset]) => offset)).toEqual(range(4_000, 5_000));
  expect(progress).toEqual([
    [4_000, 0],
    [8_000, 0],
    [9_000, 0],
  ]);
});

it("later rounds ask after a few pieces, and report how many partitions are done", async () => {
  const source = new FakeSource(range(0, 6).map((number) => partition(1_500, 0, number)));
  const progress: [number, number][] = [];
  let read_ = 0;
  const { end } = await read(source, {
    enough: () => read_ > 6_000,
    onProgress: (...of) => {
      [read_] = of;
      progress.push(of);
    },
  });
  expect(end).toBe("enough");
  expect(progress).toEqual([
    [4_000, 0],
    [6_000, 0],
    [8_000, 4],
  ]);
});

describe("reading continues", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function whileTimePasses<Result>(work: Promise<Result>): Promise<Result> {
    const settled = new AbortController();
    void work.catch(() => {}).finally(() => settled.abort());
    while (!settled.signal.aborted) await vi.advanceTimersByTimeAsync(100);
    return work;
  }

  it("if compaction left gaps, also at the ends, and batches without records", async () => {
    const isThere = (offset: number) =>
      offset % 3 === 0 && !(offset >= 700 && offset < 2_100) && offset < 2_950;
    const { offsets } = await whileTimePasses(read(new FakeSource([partition(3_000)], isThere)));
    expect(offsets).toEqual([...range(2_000, 3_000), ...range(0, 2_000)].filter(isThere));
  });

  it("if retention removes messages meanwhile", async () => {
    const source = new FakeSource([partition(6_000)]);
    source.beforeFetch = (count) => {
      if (count === 4) source.offsets = [partition(6_000, 3_333)];
      return undefined;
    };
    const { end, offsets } = await whileTimePasses(read(source));
    expect(end).toBe("all");
    expect(offsets).toEqual([...range(5_000, 6_000), ...range(1_000, 1_500), ...range(3_333, 5_000)]);
  });

  it("if a leader has lost the end of its log", async () => {
    const source = new FakeSource([partition(2_000)]);
    source.beforeFetch = () => {
      source.offsets = [partition(500)];
      return undefined;
    };
    const { end, offsets } = await whileTimePasses(read(source));
    expect(end).toBe("all");
    expect(offsets).toEqual(range(0, 500));
  });

  it("with the messages not read yet, if leaders change and brokers go", async () => {
    const source = new FakeSource([partition(2_000)]);
    const reasons: string[] = [];
    source.beforeFetch = (count) => {
      if (count === 2) return notLeader;
      if (count === 3) throw new KafkaError("CONNECTION_FAILED", "gone");
      return undefined;
    };
    const { end, offsets } = await whileTimePasses(read(source, { onRetry: (why) => reasons.push(why) }));
    expect(end).toBe("all");
    expect(offsets).toEqual([...range(1_000, 2_000), ...range(0, 1_000)]);
    expect(reasons).toEqual([
      "partition 0: This server is not the leader for that topic-partition (NOT_LEADER_FOR_PARTITION)",
      "gone",
    ]);
    expect(source.leadersForgotten).toBe(1);
  });

  it("if the topic does not exist yet, until an abort", async () => {
    const source = new FakeSource([partition(10)]);
    const ending = new AbortController();
    let asked = 0;
    source.bounds = () => {
      if (++asked === 3) ending.abort();
      return Promise.reject(new KafkaError("CONNECTION_FAILED", "not there"));
    };
    const { end, messages } = await whileTimePasses(read(source, { signal: ending.signal }));
    expect([end, messages, asked]).toEqual(["aborted", [], 3]);
  });
});

it("unreadable offsets are reported once, in their pieces, and the others are read", async () => {
  const source = new FakeSource([partition(2_050)]);
  const unharmed = source.fetch.bind(source);
  source.fetch = async (number, offset) => {
    const fetched = await unharmed(number, offset);
    // The batches whose last offset is 999, 1099 or 1999.
    const last = (batch: Buffer) => Number(batch.readBigInt64BE(0)) + batch.readInt32BE(23);
    for (let at = 0; at < fetched.recordSet.length;) {
      const batch = fetched.recordSet.subarray(at, (at += 12 + fetched.recordSet.readInt32BE(at + 8)));
      if ([999, 1099, 1999].includes(last(batch))) batch[70] = 1 ^ (batch[70] ?? 0);
    }
    return fetched;
  };
  const lost: number[][] = [];
  const onUnreadable = (...[, first, end]: [number, number, number, string]) => lost.push([first, end]);
  const { end, offsets } = await read(source, { onUnreadable });
  expect(end).toBe("all");
  expect(lost).toEqual([
    [1050, 1099],
    [1900, 1999],
    [900, 999],
    [1000, 1049],
  ]);
  expect(offsets).toEqual([...range(1_100, 1_900), ...range(2_000, 2_050), ...range(0, 900)]);
});

it("an abort ends reading in the middle of a piece, without asking whether it is enough", async () => {
  const source = new FakeSource([partition(1_000)], undefined, 1);
  const ending = new AbortController();
  source.beforeFetch = (count) => {
    if (count === 3) ending.abort();
    return undefined;
  };
  const { end, offsets } = await read(source, { signal: ending.signal, enough: () => true });
  expect(end).toBe("aborted");
  expect(offsets).toEqual(range(0, 300));
});

it("an error of the caller is thrown at once", async () => {
  const source = new FakeSource([partition(1_000)]);
  const onMessage = () => {
    throw new Error("my own");
  };
  await expect(read(source, { onMessage })).rejects.toThrow("my own");
});
