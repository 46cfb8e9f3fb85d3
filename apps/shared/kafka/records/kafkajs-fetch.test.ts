import type { KafkaMessage } from "kafkajs";
import { CompressionTypes } from "kafkajs";
import { describe, expect, it } from "vitest";
import { readFetchesQuickly } from "./kafkajs-fetch";
import { encodeBatch, type Message } from "../testing/encode-batch";
import { PlacedRecord } from "./placed-record";

/* eslint-disable @typescript-eslint/no-require-imports */
const fetchResponse = require("kafkajs/src/protocol/requests/fetch/v11/response") as {
  decode: (payload: Buffer) => Promise<FetchAnswer>;
};
const Encoder = require("kafkajs/src/protocol/encoder") as new () => FetchEncoder;
/* eslint-enable @typescript-eslint/no-require-imports */

interface FetchEncoder {
  readonly buffer: Buffer;
  writeInt16(value: number): FetchEncoder;
  writeInt32(value: number): FetchEncoder;
  writeInt64(value: number): FetchEncoder;
  writeString(value: string): FetchEncoder;
  writeBuffer(value: Buffer): FetchEncoder;
}

interface FetchAnswer {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly { readonly partition: number; readonly messages: KafkaMessage[] }[];
  }[];
}

/** An answer with these batches, a partition each. */
function encodeAnswer(recordSets: readonly Buffer[]): Buffer {
  const answer = new Encoder().writeInt32(0).writeInt16(0).writeInt32(7);
  answer.writeInt32(1).writeString("device-1").writeInt32(recordSets.length);
  for (const [partition, recordSet] of recordSets.entries()) {
    answer.writeInt32(partition).writeInt16(0).writeInt64(5000).writeInt64(5000).writeInt64(10);
    answer.writeInt32(1).writeInt64(3).writeInt64(900).writeInt32(-1);
    answer.writeInt32(recordSet.length).writeBuffer(recordSet);
  }
  return answer.buffer;
}

const decodeByKafkajs = fetchResponse.decode;
readFetchesQuickly();
const decodeQuickly = fetchResponse.decode;

const fields = [
  "magicByte",
  "attributes",
  "timestamp",
  "offset",
  "key",
  "value",
  "headers",
  "isControlRecord",
  "batchContext",
];

/** With records as plain objects of all that kafkajs gives them. */
function plain(answer: FetchAnswer) {
  const plainRecord = (record: KafkaMessage) =>
    Object.fromEntries(fields.map((field) => [field, record[field as keyof KafkaMessage]]));
  return {
    ...answer,
    responses: answer.responses.map((response) => ({
      ...response,
      partitions: response.partitions.map((partition) => ({
        ...partition,
        messages: partition.messages.map(plainRecord),
      })),
    })),
  };
}

async function both(answer: Buffer): Promise<[quick: unknown, expected: unknown]> {
  return [plain(await decodeQuickly(answer)), plain(await decodeByKafkajs(answer))];
}

const messagesOf = ({ responses }: FetchAnswer) =>
  responses.flatMap(({ partitions }) => partitions.flatMap(({ messages }) => messages));

const several: readonly Message[] = Array.from({ length: 300 }, () => ({}));

it.each<[string, readonly Message[], object]>([
  ["ordinary ones", several, {}],
  ["one", [{}], {}],
  ["none", [], {}],
  [
    "empty and missing parts",
    [{}, { key: "", value: "" }, { key: null }, { value: null }, { key: null, value: null }, {}],
    {},
  ],
  ["long values", [{}, { value: "x".repeat(100_000) }, {}], {}],
  [
    "headers among them",
    [
      {},
      { headers: { a: "1", b: "2" } },
      {},
      { headers: { a: "é" }, value: null },
      { headers: { a: ["1", "2", "3"], b: "" } },
      { headers: { long: "x".repeat(300) } },
    ],
    {},
  ],
  [
    "gaps and times that jump",
    [
      {},
      { offsetDelta: 70, timestampDelta: -5_000_000_000 },
      { offsetDelta: 40_000, timestampDelta: 2 ** 40 },
    ],
    {},
  ],
  ["times too far apart", [{}, { timestampDelta: Number.MAX_SAFE_INTEGER }, {}], {}],
  ["no time", [{}, {}], { firstTimestamp: -1, maxTimestamp: -1 }],
  ["control records", [{}], { isControlBatch: true }],
  ["those of a transaction", [{}, {}], { transactional: true, producerId: 3, producerEpoch: 2 }],
  ["gzip", several, { compression: CompressionTypes.GZIP }],
  ["Zstandard", several, { compression: CompressionTypes.ZSTD }],
  [
    "headers under Zstandard",
    [{ headers: { a: "1" } }, { value: "x".repeat(100_000) }],
    { compression: CompressionTypes.ZSTD },
  ],
])("decodes records as kafkajs does: %s", async (_which, messages, fields) => {
  const answer = encodeAnswer([await encodeBatch(messages, fields)]);
  const [quick, expected] = await both(answer);
  expect(messagesOf(expected as FetchAnswer)).toHaveLength(messages.length);
  expect(quick).toEqual(expected);
});

it("decodes several batches, partitions, and none, and leaves out what is cut off", async () => {
  const batch = await encodeBatch([{}, {}]);
  const next = await encodeBatch([{}, {}], { firstOffset: 1002 });
  const answer = encodeAnswer([
    Buffer.concat([batch, next]),
    Buffer.alloc(0),
    Buffer.concat([batch, next.subarray(0, -1)]),
    Buffer.concat([batch, next.subarray(0, 40)]),
  ]);
  const [quick, expected] = await both(answer);
  expect(quick).toEqual(expected);
  expect(messagesOf(await decodeQuickly(answer))).toHaveLength(8);
});

it("takes the broker's time where that counts", async () => {
  const batch = await encodeBatch([{}, {}, {}]);
  // The attributes, behind the offset, the length, the epoch, the magic byte and the checksum.
  batch[22] = 0x08;
  const answer = encodeAnswer([batch]);
  const [quick, expected] = await both(answer);
  expect(quick).toEqual(expected);
  expect(messagesOf(quick as FetchAnswer).map(({ timestamp }) => timestamp)).toEqual(
    Array(3).fill("1795392000099"),
  );
});

describe.each([
  ["none", CompressionTypes.None],
  ["gzip", CompressionTypes.GZIP],
  ["Zstandard", CompressionTypes.ZSTD],
])("with compression %s", (_name, compression) => {
  it("takes the quick way, with headers too, and shares the batch's bytes, so that it can be copied at once", async () => {
    const batch = await encodeBatch([{}, { headers: { a: "1" } }, {}], { compression });
    const records = messagesOf(await decodeQuickly(encodeAnswer([batch])));
    for (const record of records) {
      expect(record).toBeInstanceOf(PlacedRecord);
      expect((record as unknown as PlacedRecord).bytes).toBe((records[0] as unknown as PlacedRecord).bytes);
    }
    const second = records[1] as unknown as PlacedRecord;
    expect([second.place, second.time]).toEqual([1001, 1795392000001]);
  });
});

it("leaves the rest to be asked for again when an answer grows too long, but gives a batch at least", async () => {
  const long = await encodeBatch([{ value: "x".repeat(20_000_000) }], { compression: CompressionTypes.ZSTD });
  expect(long.length).toBeLessThan(20_000);
  const short = await encodeBatch([{}], { firstOffset: 1001 });
  const { responses } = await decodeQuickly(encodeAnswer([Buffer.concat([long, short]), short]));
  const counts = responses.flatMap(({ partitions }) => partitions.map(({ messages }) => messages.length));
  expect(counts).toEqual([1, 0]);
});

it("says which compression it does not know", async () => {
  const batch = await encodeBatch([{}]);
  batch[22] = 3;
  await expect(decodeQuickly(encodeAnswer([batch]))).rejects.toThrow(
    "messages are compressed with lz4, which cannot be read here; send them with gzip, zstd or none",
  );
});
