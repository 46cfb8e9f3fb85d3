import { CompressionTypes } from "kafkajs";
import { describe, expect, it } from "vitest";
import { encodeBatch, type Message, withChecksum } from "../testing/encode-batch";
import { Batch, Encoder, type FetchAnswer, fetchResponse } from "./testing/kafkajs-reference";
import { type KafkaMessage, offsetOf, RecordView } from "../record-batch/record-view";
import { UnreadableRecord } from "../record-batch/unreadable";
import { decodeFetch } from "./fetch-decoding";

/** An answer with these batches, a partition each. */
function encodeAnswer(
  recordSets: readonly Buffer[],
  highWatermark = 5000,
  aborted: readonly { producerId: number; firstOffset: number }[] = [{ producerId: 3, firstOffset: 900 }],
): Buffer {
  const answer = new Encoder().writeInt32(0).writeInt16(0).writeInt32(7);
  answer.writeInt32(1).writeString("device-1").writeInt32(recordSets.length);
  for (const [partition, recordSet] of recordSets.entries()) {
    answer
      .writeInt32(partition)
      .writeInt16(0)
      .writeInt64(highWatermark)
      .writeInt64(highWatermark)
      .writeInt64(10);
    answer.writeInt32(aborted.length);
    for (const { producerId, firstOffset } of aborted) answer.writeInt64(producerId).writeInt64(firstOffset);
    answer.writeInt32(-1);
    answer.writeInt32(recordSet.length).writeBuffer(recordSet);
  }
  return answer.buffer;
}

const decodeByKafkajs = fetchResponse.decode;

/** @param fetchOffset what was asked for of all partitions */
async function decodeQuickly(payload: Buffer, fetchOffset = 0): Promise<FetchAnswer> {
  const partitions = Array.from({ length: 10 }, (_, partition) => ({
    partition,
    fetchOffset: String(fetchOffset),
  }));
  const decoded = await decodeFetch(payload, { topics: [{ topic: "device-1", partitions }] });
  return decoded as unknown as FetchAnswer;
}

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

/** The answer with records as plain objects of all properties that kafkajs gives them. */
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
      { offsetDelta: 3_900, timestampDelta: 2 ** 40 },
    ],
    { lastOffsetDelta: 3_950 },
  ],
  ["times too far apart", [{}, { timestampDelta: Number.MAX_SAFE_INTEGER }, {}], {}],
  ["no time", [{}, {}], { firstTimestamp: -1, maxTimestamp: -1 }],
  ["control records", [{}], { isControlBatch: true }],
  ["those of a transaction", [{}, {}], { transactional: true, producerId: 3, producerEpoch: 2 }],
  ["gzip", several, { compression: CompressionTypes.GZIP }],
  ["snappy", several, { compression: CompressionTypes.Snappy }],
  ["LZ4", several, { compression: CompressionTypes.LZ4 }],
  ["Zstandard", several, { compression: CompressionTypes.ZSTD }],
  [
    "headers under Zstandard",
    [{ headers: { a: "1" } }, { value: "x".repeat(100_000) }],
    { compression: CompressionTypes.ZSTD },
  ],
])("the decoder returns the same records as kafkajs: %s", async (_which, messages, fields) => {
  const answer = encodeAnswer([await encodeBatch(messages, fields)]);
  const [quick, expected] = await both(answer);
  expect(messagesOf(expected as FetchAnswer)).toHaveLength(messages.length);
  expect(quick).toEqual(expected);
});

it("the decoder reads several batches and partitions and none, and leaves out batches that are cut off", async () => {
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

it("the decoder uses the broker's time if the batch says so", async () => {
  const batch = await encodeBatch([{}, {}, {}]);
  // The attributes are behind the offset, the length, the epoch, the magic byte and the checksum.
  batch[22] = 0x08;
  withChecksum(batch);
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
  ["snappy", CompressionTypes.Snappy],
  ["LZ4", CompressionTypes.LZ4],
  ["Zstandard", CompressionTypes.ZSTD],
])("with compression %s", (_name, compression) => {
  it("the decoder returns views that share the batch's bytes, also with headers, so that they can be copied at once", async () => {
    const batch = await encodeBatch([{}, { headers: { a: "1" } }, {}], { compression });
    const records = messagesOf(await decodeQuickly(encodeAnswer([batch])));
    for (const record of records) {
      expect(record).toBeInstanceOf(RecordView);
      expect((record as unknown as RecordView).bytes).toBe((records[0] as unknown as RecordView).bytes);
    }
    const second = records[1] as unknown as RecordView;
    expect([second.numericOffset, second.time]).toEqual([1001, 1795392000001]);
  });
});

it("the decoder leaves the rest of a very long answer for the next fetch, but returns at least one batch", async () => {
  const long = await encodeBatch([{ value: "x".repeat(20_000_000) }], { compression: CompressionTypes.ZSTD });
  expect(long.length).toBeLessThan(20_000);
  const short = await encodeBatch([{}], { firstOffset: 1001 });
  const { responses } = await decodeQuickly(encodeAnswer([Buffer.concat([long, short]), short]));
  const counts = responses.flatMap(({ partitions }) => partitions.map(({ messages }) => messages.length));
  expect(counts).toEqual([1, 0]);
});

describe("consumers see the same messages as with kafkajs", () => {
  const seen = (answer: FetchAnswer, fetchOffset: number, aborted: object[] = []) =>
    answer.responses.flatMap(({ partitions }) =>
      partitions.map((partition) => {
        const batch = new Batch("device-1", String(fetchOffset), {
          ...partition,
          abortedTransactions: aborted,
        });
        const { messages } = batch;
        // Callers may filter the result as any array.
        expect(messages.filter(({ offset }) => offset === messages[0]?.offset)).toHaveLength(
          Math.min(messages.length, 1),
        );
        return [messages.map(({ offset }) => offset), batch.firstOffset(), batch.lastOffset()];
      }),
    );

  it.each<[string, number]>([
    ["from its beginning", 1000],
    ["from within a batch", 1003],
    ["from where all is compacted away", 1009],
  ])("%s, with control records or without", async (_where, fetchOffset) => {
    const marker = await encodeBatch([{}], { firstOffset: 1016, transactional: true });
    marker.writeInt16BE(0x20 | 0x10, 21);
    withChecksum(marker);
    const plain = await encodeBatch([{}, {}, {}, {}], { lastOffsetDelta: 15 });
    const answer = encodeAnswer([plain, Buffer.concat([plain, marker]), marker, Buffer.alloc(0)], 5000, []);
    const expected = seen(await decodeByKafkajs(answer), fetchOffset);
    expect(seen(await decodeQuickly(answer, fetchOffset), fetchOffset)).toEqual(expected);
  });

  it("without those of aborted transactions", async () => {
    const transactional = { transactional: true, producerId: 3, producerEpoch: 2 };
    const aborted = await encodeBatch([{}, {}], transactional);
    const plain = await encodeBatch([{}], { firstOffset: 1002 });
    const answer = encodeAnswer([Buffer.concat([aborted, plain])], 5000, [
      { producerId: 3, firstOffset: 1000 },
    ]);
    const decoded = await decodeQuickly(answer, 1000);
    const list = decoded.responses[0]?.partitions[0]?.abortedTransactions;
    expect(seen(decoded, 1000, list)).toEqual([[["1002"], "1000", "1002"]]);
  });
});

describe("a batch that cannot be read", () => {
  /** The contents of an answer: offsets, or for unreadable ones the offset, the batch's length, and the reason. */
  const reported = (answer: FetchAnswer) =>
    messagesOf(answer).map((message) =>
      message instanceof UnreadableRecord
        ? [message.numericOffset, message.value?.length ?? 0, message.reason]
        : offsetOf(message),
    );

  it("becomes messages with the reason, and the partition and all others continue", async () => {
    const batches = [];
    for (const firstOffset of [1000, 1002, 1004]) batches.push(await encodeBatch([{}, {}], { firstOffset }));
    const [before, broken, after] = batches as [Buffer, Buffer, Buffer];
    broken[broken.length - 1] = 0xff;
    const answer = await decodeQuickly(encodeAnswer([Buffer.concat(batches), before]));
    const why = "its batch (offsets 1002 to 1003) cannot be read: its checksum is ";
    expect(reported(answer)).toEqual([
      1000,
      1001,
      [1002, broken.length, expect.stringContaining(why) as unknown],
      [1003, 0, expect.stringMatching(/; the batch is the value of offset 1002$/) as unknown],
      1004,
      1005,
      1000,
      1001,
    ]);
    expect(after.length).toBe(before.length);
    // A fetch from the middle of it has its bytes again.
    const rest = await decodeQuickly(encodeAnswer([Buffer.concat([broken, after])]), 1003);
    expect(reported(rest).map((one) => (Array.isArray(one) ? one.slice(0, 2) : one))).toEqual([
      [1003, broken.length],
      1004,
      1005,
    ]);
  });

  it("is handed out in parts when it claims to have very many messages", async () => {
    const many = await encodeBatch([{}], { lastOffsetDelta: 120_000 });
    many[22] = 7;
    withChecksum(many);
    const answer = encodeAnswer(
      [Buffer.concat([many, await encodeBatch([{}], { firstOffset: 130_000 })])],
      200_000,
    );
    const first = messagesOf(await decodeQuickly(answer, 1000));
    expect([first.length, offsetOf(first.at(-1)!)]).toEqual([50_000, 50_999]);
    const last = messagesOf(await decodeQuickly(answer, 101_000));
    expect([last.length, offsetOf(last.at(-1)!)]).toEqual([20_002, 130_000]);
  });

  it("is invisible to consumers if it has control records", async () => {
    const marker = await encodeBatch([{}]);
    marker.writeInt16BE(0x20 | 0x10, 21);
    marker.fill(0xff, 61);
    withChecksum(marker);
    const [record] = messagesOf(await decodeQuickly(encodeAnswer([marker])));
    expect(record).toMatchObject({ isControlRecord: true, offset: "1000" });
  });
});
