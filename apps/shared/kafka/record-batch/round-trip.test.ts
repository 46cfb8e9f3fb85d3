import { describe, expect, it } from "vitest";
import type { Compression } from "../../../../contract/environment/device";
import "../testing/encode-batch";
import { readBatch } from "./batch-header";
import { compressRecords, RecordBatch, type RecordHeader } from "./batch-writer";
import { readContents } from "./read-records";
import { batchesOf } from "./record-set";
import type { KafkaMessage } from "./record-view";
import { isUnreadable } from "./unreadable";
import { decodeRecordBatch, Decoder } from "../transport/testing/kafkajs-reference";

const codecs: readonly Compression[] = ["none", "gzip", "snappy", "lz4", "zstd"];
const batchesOfEach = 40;
const nowMs = 1_795_392_000_000;

interface Made {
  readonly timestampMs: number;
  readonly key: string;
  readonly value: string;
  readonly headers: readonly RecordHeader[];
}

/** Repeatable random numbers from 0 up to, but without, 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Records of every kind: empty and long ones, with and without headers, with times near and far. */
function makeRecords(random: () => number): Made[] {
  const below = (limit: number) => Math.floor(random() * limit);
  /** Mostly short, sometimes very long. */
  const length = () => below(2 ** below(14));
  const text = () => {
    const alphabet = random() < 0.5 ? "ab" : 'abcdefghijklmnopqrstuvwxyzäöü{}":,0123456789€';
    const wanted = length();
    const some = Array.from({ length: Math.min(wanted, 50) }, () => alphabet[below(alphabet.length)]).join(
      "",
    );
    return some.repeat(Math.ceil(wanted / 50)).slice(0, wanted);
  };
  const farMs = () => (random() < 0.5 ? 1 : -1) * below(2 ** below(51));
  return Array.from({ length: 1 + below(30) }, () => ({
    timestampMs: nowMs + (random() < 0.8 ? below(1000) : farMs()),
    key: text(),
    value: text(),
    headers: Array.from({ length: random() < 0.3 ? below(5) : 0 }, (_, at) => ({
      key: `name ${at} ${text().slice(0, 50)}`,
      value: text(),
    })),
  }));
}

const readable = ({ timestamp, key, value, headers = {} }: KafkaMessage): Made => ({
  timestampMs: Number(timestamp),
  key: String(key),
  value: String(value),
  headers: Object.entries(headers).map(([name, values]) => ({ key: name, value: String(values) })),
});

async function write(made: readonly Made[], compression: Compression, firstOffset: number): Promise<Buffer> {
  const batch = new RecordBatch(10_000_000);
  for (const { timestampMs, key, value, headers } of made) {
    const bytes = Buffer.from(value);
    expect(batch.append(timestampMs, Buffer.from(key), bytes, bytes.length, headers)).toBe(true);
  }
  const state = { producerId: 7n, producerEpoch: 3, baseSequence: firstOffset };
  const sealed = Buffer.from(batch.seal(state, await compressRecords(compression, batch)));
  // The broker does so; the checksum does not cover the offset.
  sealed.writeBigInt64BE(BigInt(firstOffset));
  return sealed;
}

describe.each(codecs)("a batch with compression %s", (compression) => {
  it("is read as it was written, whatever its records are, alone or among others", async () => {
    const random = randomFrom(codecs.indexOf(compression) + 1);
    const all: (Made & { readonly offset: number })[] = [];
    const written: Buffer[] = [];
    let offset = 0;
    for (let time = 0; time < batchesOfEach; time++) {
      const made = makeRecords(random);
      const bytes = await write(made, compression, offset);
      const batch = readBatch(bytes);
      const contents = await readContents(batch, 0);
      if (isUnreadable(contents)) throw new Error(contents.problem);
      expect(contents.messages.map(readable)).toEqual(made);
      expect(batch).toMatchObject({ firstOffset: offset, count: made.length });
      expect(batch.context).toMatchObject({ producerId: "7", producerEpoch: 3, firstSequence: offset });
      written.push(bytes);
      all.push(...made.map((record, at) => ({ ...record, offset: offset + at })));
      offset += made.length;
    }
    const read: unknown[] = [];
    for (const batch of batchesOf(Buffer.concat(written), { from: 0, highWatermark: offset })) {
      const contents = await readContents(batch, 0);
      if (isUnreadable(contents)) throw new Error(contents.problem);
      read.push(
        ...contents.messages.map((message) => ({ ...readable(message), offset: Number(message.offset) })),
      );
    }
    expect(read).toEqual(all);
  });

  it("is read by kafkajs to the same records", async () => {
    const random = randomFrom(100 + codecs.indexOf(compression));
    for (let time = 0; time < 5; time++) {
      const made = makeRecords(random);
      const { records } = await decodeRecordBatch(new Decoder(await write(made, compression, 0)));
      expect(records.map((record) => readable(record as unknown as KafkaMessage))).toEqual(made);
    }
  });
});
