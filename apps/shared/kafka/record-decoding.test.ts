import { beforeAll, expect, it } from "vitest";
import { decodeRecordsQuickly, PlacedRecord } from "./record-decoding";

/* eslint-disable @typescript-eslint/no-require-imports */
const Decoder = require("kafkajs/src/protocol/decoder") as {
  new (buffer: Buffer): { offset: number };
  prototype: { readArray: unknown };
};
const decodeBatch = require("kafkajs/src/protocol/recordBatch/v0/decoder") as (
  decoder: unknown,
) => Promise<{ records: unknown[] }>;
const { RecordBatch } = require("kafkajs/src/protocol/recordBatch/v0") as {
  RecordBatch: (fields: object) => Promise<{ buffer: Buffer }>;
};
const encodeRecord = require("kafkajs/src/protocol/recordBatch/record/v0") as (fields: object) => object;
/* eslint-enable @typescript-eslint/no-require-imports */

const original = Decoder.prototype.readArray;

interface Message {
  readonly key?: string | null;
  readonly value?: string | null;
  readonly offsetDelta?: number;
  readonly timestampDelta?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

async function encode(messages: readonly Message[], fields: object = {}): Promise<Buffer> {
  const records = messages.map((message, index) =>
    encodeRecord({ offsetDelta: index, timestampDelta: index, key: "k", value: `v${index}`, ...message }),
  );
  const batch = {
    firstOffset: 1000,
    firstTimestamp: 1795392000000,
    maxTimestamp: 1795392000099,
    records,
    ...fields,
  };
  return (await RecordBatch({ partitionLeaderEpoch: 0, producerId: -1, firstSequence: 0, ...batch })).buffer;
}

/** What kafkajs decodes: by itself, and with the quick way. */
async function both(batch: Buffer): Promise<[unknown, unknown]> {
  const quick = Decoder.prototype.readArray;
  Decoder.prototype.readArray = original;
  const expected = await decodeBatch(new Decoder(batch));
  Decoder.prototype.readArray = quick;
  return [plain(await decodeBatch(new Decoder(batch))), plain(expected)];
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

/** With records as plain objects of all that kafkajs gives them. */
function plain(batch: { records: unknown[] }) {
  const records = batch.records as Record<string, unknown>[];
  return {
    ...batch,
    records: records.map((record) => Object.fromEntries(fields.map((field) => [field, record[field]]))),
  };
}

beforeAll(() => decodeRecordsQuickly());

it.each<[string, Message[], object]>([
  ["ordinary ones", Array.from({ length: 300 }, () => ({})), {}],
  ["one", [{}], {}],
  [
    "empty and missing parts",
    [{}, { key: "", value: "" }, { key: null }, { value: null }, { key: null, value: null }, {}],
    {},
  ],
  ["long values", [{}, { value: "x".repeat(100_000) }, {}], {}],
  ["headers among them", [{}, { headers: { a: "1", b: "2" } }, {}, { headers: { a: "1" } }], {}],
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
])("decodes records as kafkajs does: %s", async (_which, messages, fields) => {
  const [quick, expected] = await both(await encode(messages, fields));
  expect((expected as { records: unknown[] }).records).toHaveLength(messages.length);
  expect(quick).toEqual(expected);
});

it("takes the broker's time where that counts", async () => {
  const batch = await encode([{}, {}, {}]);
  // The attributes, behind the offset, the length, the epoch, the magic byte and the checksum.
  batch[22] = 0x08;
  const [quick, expected] = await both(batch);
  expect(quick).toEqual(expected);
  expect(quick).toMatchObject({ records: Array(3).fill({ timestamp: "1795392000099" }) });
});

it("shares the batch's bytes, so that a whole batch can be copied at once", async () => {
  const { records } = await decodeBatch(new Decoder(await encode([{}, {}, {}])));
  const [first, second] = records.slice(1);
  expect(first).toBeInstanceOf(PlacedRecord);
  expect((first as PlacedRecord).bytes).toBe((second as PlacedRecord).bytes);
  expect([(first as PlacedRecord).place, (first as PlacedRecord).time]).toEqual([1001, 1795392000001]);
});

it("reads other arrays as before", () => {
  const bytes = Buffer.from([0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 7]);
  const read = (decoder: { readInt32(): number }) => decoder.readInt32();
  const readArray = Decoder.prototype.readArray as (this: unknown, read: unknown) => unknown;
  expect(readArray.call(new Decoder(bytes), read)).toEqual([5, 7]);
  expect(readArray.call(new Decoder(Buffer.from([255, 255, 255, 255])), read)).toEqual([]);
});
