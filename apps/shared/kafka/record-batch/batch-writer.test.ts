import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decompressLz4 } from "./lz4";
import { decompressSnappy } from "./snappy";
import { batchHeaderBytes } from "./batch-header";
import { crc32c } from "./crc32c";
import { compressRecords, RecordBatch, type RecordHeader } from "./batch-writer";
import { varintLength, VarintReader, writeUnsignedVarint, writeVarint } from "./varint";
import { decodeRecordBatch, Decoder, Encoder } from "../transport/testing/kafkajs-reference";

interface Made {
  readonly timestampMs: number;
  readonly key: string;
  readonly value: string;
  readonly headers?: readonly RecordHeader[];
}

const state = { producerId: 4_294_967_299n, producerEpoch: 7, baseSequence: 2_000_000_000 };
const nowMs = 1_795_392_000_000;

function append(batch: RecordBatch, { timestampMs, key, value, headers }: Made): boolean {
  // Longer than the value: only its beginning counts.
  const bytes = Buffer.from(`${value}###`);
  return batch.append(timestampMs, Buffer.from(key), bytes, bytes.length - 3, headers);
}

const decoded = async (batch: Buffer) => {
  const { records, ...rest } = await decodeRecordBatch(new Decoder(batch));
  const read = records.map(({ key, value, timestamp, offset, headers }) => ({
    timestampMs: Number(timestamp),
    offset: Number(offset),
    key: key.toString(),
    value: value.toString(),
    headers: Object.entries(headers).map(([name, text]) => ({ key: name, value: text.toString() })),
  }));
  return { ...rest, records: read };
};

const made: readonly Made[] = [
  { timestampMs: nowMs, key: "sensor_1", value: "one" },
  { timestampMs: nowMs + 1, key: "", value: "" },
  { timestampMs: nowMs - 63, key: "k".repeat(64), value: "ü".repeat(200) },
  { timestampMs: nowMs + 2 ** 31 + 5, key: "later", value: "v".repeat(20_000) },
  {
    timestampMs: nowMs - 2 ** 40,
    key: "faulty",
    value: "x",
    headers: [
      { key: "fault", value: '{"type":"drift"}' },
      { key: "größe", value: "h".repeat(300) },
    ],
  },
];
const expected = made.map(({ headers = [], ...record }, offset) => ({ ...record, offset, headers }));

describe("a batch", () => {
  it("is read by kafkajs as it was written", async () => {
    const batch = new RecordBatch(100_000);
    for (const record of made) expect(append(batch, record)).toBe(true);
    expect(batch.count).toBe(5);
    const sealed = batch.seal(state);
    expect(sealed).toHaveLength(batch.bytes);
    expect(await decoded(sealed)).toMatchObject({
      firstOffset: "0",
      producerId: "4294967299",
      producerEpoch: 7,
      firstSequence: 2_000_000_000,
      lastOffsetDelta: 4,
      firstTimestamp: String(nowMs),
      maxTimestamp: String(nowMs + 2 ** 31 + 5),
      records: expected,
    });
    expect(sealed.readInt32BE(8)).toBe(sealed.length - 12);
    expect(sealed.readInt32BE(12)).toBe(-1);
    expect(sealed.readInt16BE(21)).toBe(0);
    expect(sealed.readUInt32BE(17)).toBe(crc32c(sealed.subarray(21)));
    expect(sealed.readInt32BE(57)).toBe(5);
  });

  it("numbers more records than a byte can hold", async () => {
    const batch = new RecordBatch(100_000);
    const many = Array.from({ length: 1000 }, (_, index) => ({
      timestampMs: nowMs + index * 1000,
      key: `k${index}`,
      value: `v${index}`,
    }));
    for (const record of many) append(batch, record);
    const { records } = await decoded(batch.seal(state));
    expect(records).toEqual(many.map((record, offset) => ({ ...record, offset, headers: [] })));
  });

  it("is never longer than its limit, to the byte, and then still accepts shorter records", () => {
    const record = { timestampMs: nowMs, key: "k", value: "v".repeat(100) };
    const one = new RecordBatch(1000);
    append(one, record);
    const fits = new RecordBatch(one.bytes);
    expect(append(fits, record)).toBe(true);
    expect(append(fits, record)).toBe(false);
    expect(fits.count).toBe(1);
    const tooShort = new RecordBatch(one.bytes - 1);
    expect(append(tooShort, record)).toBe(false);
    expect([tooShort.count, tooShort.bytes]).toEqual([0, batchHeaderBytes]);
    expect(append(tooShort, { ...record, value: "v".repeat(99) })).toBe(true);
  });

  it("keeps nothing from before a reset", async () => {
    const batch = new RecordBatch(100_000);
    for (const record of made) append(batch, record);
    batch.reset();
    expect([batch.count, batch.bytes]).toEqual([0, batchHeaderBytes]);
    append(batch, { timestampMs: 5, key: "k", value: "v" });
    expect(await decoded(batch.seal(state))).toMatchObject({
      firstTimestamp: "5",
      maxTimestamp: "5",
      records: [{ timestampMs: 5, offset: 0, key: "k", value: "v", headers: [] }],
    });
  });

  it.each([
    ["gzip", 1, gunzipSync],
    ["snappy", 2, (bytes: Buffer) => decompressSnappy(bytes, 100_000)],
    ["lz4", 3, (bytes: Buffer) => decompressLz4(bytes, 100_000)],
    ["zstd", 4, zstdDecompressSync],
  ] as const)("can be compressed with %s", async (compression, attributes, decompress) => {
    const batch = new RecordBatch(100_000);
    for (const record of made) append(batch, record);
    const plain = Buffer.from(batch.seal(state));
    const sealed = batch.seal(state, await compressRecords(compression, batch));
    expect(sealed.length).toBeLessThan(plain.length / 10);
    expect(sealed.readInt16BE(21)).toBe(attributes);
    expect(sealed.readInt32BE(8)).toBe(sealed.length - 12);
    expect(sealed.readUInt32BE(17)).toBe(crc32c(sealed.subarray(21)));
    expect(sealed.subarray(23, batchHeaderBytes)).toEqual(plain.subarray(23, batchHeaderBytes));
    expect(decompress(sealed.subarray(batchHeaderBytes))).toEqual(plain.subarray(batchHeaderBytes));
    if (compression === "gzip") expect((await decoded(sealed)).records).toEqual(expected);
    await expect(compressRecords("none", batch)).resolves.toBeUndefined();
  });
});

describe("a varint", () => {
  it("is written as by kafkajs and read again, for numbers near and far", () => {
    const powers = Array.from({ length: 52 }, (_, power) => 2 ** power);
    const numbers = powers.flatMap((power) => [power - 1, power, power + 1]);
    for (const number of [...numbers, ...numbers.map((number) => -number)]) {
      const target = Buffer.alloc(10);
      const written = target.subarray(0, writeVarint(target, 0, number));
      expect(written.toString("hex")).toBe(new Encoder().writeVarLong(String(number)).buffer.toString("hex"));
      expect(varintLength(number)).toBe(written.length);
      const reader = new VarintReader();
      const isShort = written.length <= 7;
      expect([reader.read(written), reader.at]).toEqual(isShort ? [number + 0, written.length] : [NaN, 7]);
      reader.at = 0;
      expect([reader.readBigInt(written), reader.at]).toEqual([BigInt(number), written.length]);
    }
  });

  it("without a sign is read as it was written, up to five bytes", () => {
    for (const number of [0, 1, 127, 128, 16_383, 16_384, 2 ** 31 - 1, 2 ** 35 - 1]) {
      const target = Buffer.alloc(6);
      const written = target.subarray(0, writeUnsignedVarint(target, 0, number));
      const reader = new VarintReader();
      expect([reader.readUnsigned(written), reader.at]).toEqual([number, written.length]);
    }
    expect(new VarintReader().readUnsigned(Buffer.alloc(9, 0x80))).toBeNaN();
    expect(new VarintReader().readUnsigned(Buffer.alloc(2, 0x80))).toBeNaN();
    expect(new VarintReader().readBigInt(Buffer.alloc(11, 0x80))).toBeUndefined();
    expect(new VarintReader().readBigInt(Buffer.alloc(2, 0x80))).toBeUndefined();
  });
});
