import { describe, expect, it } from "vitest";
import { deadLetterSchema, observationSchema } from "../../../../contract/tables";
import { decodeDataFile } from "../../../shared/delta/data-files/decode";
import type { RowBatch } from "../../../shared/delta/data-files/row-batch";
import { dataColumns, type TableSchema } from "../../../shared/delta/schema";
import { createMemoryStorage } from "../../../shared/delta/storage/testing/memory-storage";
import { type KafkaMessage, UnreadableRecord } from "../../../shared/kafka";
import { packMessages } from "./message-chunk";
import { RowWriter, writeDataFile, type WriterPartition } from "./row-writer";

const time = "2026-11-23T00:00:01.000Z";
const observation = { device: "d", sensor: "s", boot: 1, seq: 2, timestamp: time, value: 0.5 };
const arrival = Date.parse(time) + 7;

function message(
  offset: number,
  value: object | string | Buffer | null,
  timestamp = String(arrival),
): KafkaMessage {
  const isReady = typeof value === "string" || value === null || Buffer.isBuffer(value);
  const text = isReady ? value : JSON.stringify(value);
  return {
    key: Buffer.from("k"),
    value: text === null ? null : Buffer.from(text),
    offset: String(offset),
    timestamp,
    attributes: 0,
    headers: {},
  };
}

const partition: WriterPartition = { tableTopic: "t", partition: 4, deadLettersFrom: 0 };

function createWriter(partitions: readonly WriterPartition[] = [partition]) {
  const observations = createMemoryStorage();
  const deadLetters = createMemoryStorage();
  const writer = new RowWriter({ observations: observations.files, deadLetters: deadLetters.files });
  writer.begin(partitions);
  const read = async (schema: typeof observationSchema | typeof deadLetterSchema) => {
    const storage = schema === observationSchema ? observations : deadLetters;
    const batches = await Promise.all(
      [...storage.contents].map(async ([path, contents]) => ({
        path,
        ...(await decodeDataFile(dataColumns(schema), contents)),
      })),
    );
    return batches;
  };
  return { writer, read };
}

it("the writer writes an observation as a row", async () => {
  const { writer, read } = createWriter();
  writer.add(
    packMessages(0, [message(9, observation), message(10, { ...observation, label: "on", extra: {} })]),
  );
  const { adds, rows } = await writer.flush();
  expect(rows).toBe(2);
  const [file] = await read(observationSchema);
  expect(file!.path).toMatch(
    /^year=2026\/month=11\/day=23\/hour=0\/minute=0\/part-[0-9a-f-]{36}\.snappy\.parquet$/,
  );
  expect(file!.columns).toEqual({
    device: ["d", "d"],
    sensor_name: ["s", "s"],
    boot: BigInt64Array.of(1n, 1n),
    seq: BigInt64Array.of(2n, 2n),
    timestamp: BigInt64Array.of(BigInt(Date.parse(time)) * 1000n, BigInt(Date.parse(time)) * 1000n),
    value: Float64Array.of(0.5, 0.5),
    label: [null, "on"],
    kafka_topic: ["t", "t"],
    kafka_partition: Int32Array.of(4, 4),
    kafka_offset: BigInt64Array.of(9n, 10n),
    kafka_timestamp: BigInt64Array.of(BigInt(arrival) * 1000n, BigInt(arrival) * 1000n),
  });
  expect(adds).toMatchObject([
    {
      path: file!.path,
      partitionValues: { year: "2026", month: "11", day: "23", hour: "0", minute: "0" },
      dataChange: true,
    },
  ]);
  expect(JSON.parse(adds[0]!.stats!)).toMatchObject({ numRecords: 2, minValues: { kafka_offset: 9 } });
});

it("the writer puts late and early observations into their own minutes", async () => {
  const { writer, read } = createWriter();
  const times = [
    time,
    "2020-02-29T23:59:59.999Z",
    time,
    "2031-01-01T12:30:00.000Z",
    "1969-12-31T23:59:59.999Z",
  ];
  writer.add(
    packMessages(
      0,
      times.map((timestamp, offset) => message(offset, { ...observation, timestamp })),
    ),
  );
  await writer.flush();
  const files = await read(observationSchema);
  expect(
    files.map(({ path, columns }) => [
      path.replace(/\/part-.*/, ""),
      [...(columns["kafka_offset"] as BigInt64Array)],
    ]),
  ).toEqual([
    ["year=2026/month=11/day=23/hour=0/minute=0", [0n, 2n]],
    ["year=2020/month=2/day=29/hour=23/minute=59", [1n]],
    ["year=2031/month=1/day=1/hour=12/minute=30", [3n]],
    ["year=1969/month=12/day=31/hour=23/minute=59", [4n]],
  ]);
});

describe("dead letters", () => {
  const large = JSON.stringify({ ...observation, device: "x".repeat(1_048_577) });
  const latin = (device: string) => Buffer.from(JSON.stringify({ ...observation, device }), "latin1");
  const cases: [KafkaMessage, string][] = [
    [message(0, null), "it has no value (a tombstone)"],
    [message(1, ""), "it is not JSON"],
    [message(2, "{"), "it is not JSON"],
    [message(3, "[]"), "value: Invalid input: expected object, received array"],
    [
      message(4, { ...observation, device: undefined }),
      "device: Invalid input: expected string, received undefined",
    ],
    [message(5, { ...observation, value: "1" }), "value: Invalid input: expected number, received string"],
    [
      message(6, { ...observation, timestamp: "1899-12-31T23:59:59.999Z" }),
      "timestamp: 1899-12-31T23:59:59.999Z is not a time of the years 1900 to 9999",
    ],
    [
      message(7, observation, "253402300800000"),
      "Kafka's timestamp 253402300800000 is not a time of the years 1900 to 9999",
    ],
    [message(8, large), `it is ${large.length} bytes long, and an observation at most 1048576`],
    [message(9, latin("caf\xe9")), "it is not UTF-8"],
    [message(10, latin("caf\xe8")), "it is not UTF-8"],
    [
      message(11, JSON.stringify({ ...observation, device: "HALF" }).replace("HALF", "\\ud800")),
      "device: it has half of a surrogate pair, which is no character",
    ],
  ];

  it("hold messages that are no observations, byte by byte", async () => {
    const { writer, read } = createWriter();
    writer.add(
      packMessages(
        0,
        cases.map(([bad]) => bad),
      ),
    );
    const { rows, deadLetters } = await writer.flush();
    expect([rows, deadLetters.rows, [...deadLetters.next]]).toEqual([0, cases.length, [[0, 12]]]);
    expect(deadLetters.examples[0]).toEqual({
      topic: "t",
      partition: 4,
      offset: 0,
      reason: "it has no value (a tombstone)",
    });
    expect(deadLetters.examples).toHaveLength(5);
    const [file] = await read(deadLetterSchema);
    expect(file!.path).toMatch(/^part-[0-9a-f-]{36}\.snappy\.parquet$/);
    expect(file!.columns["reason"]).toEqual(cases.map(([, reason]) => reason));
    expect(file!.columns["kafka_offset"]).toEqual(BigInt64Array.from(cases, (_, index) => BigInt(index)));
    expect(file!.columns["value"]).toEqual(
      cases.map(([{ value }]) => (value === null ? null : new Uint8Array(value))),
    );
    expect(file!.columns["key"]).toEqual(cases.map(() => Uint8Array.of(0x6b)));
    expect((file!.columns["kafka_timestamp"] as BigInt64Array)[7]).toBe(253402300799999000n);
    expect(await read(observationSchema)).toEqual([]);
  });

  it("are split if there are very many, byte by byte in their order", async () => {
    const { writer, read } = createWriter();
    const bad = Array.from({ length: 30_000 }, (_, offset) =>
      message(offset, offset % 3 === 0 ? null : `${offset}`),
    );
    writer.add(packMessages(0, bad));
    const { deadLetters } = await writer.flush();
    expect([deadLetters.adds.length, deadLetters.rows]).toEqual([2, 30_000]);
    const files = await read(deadLetterSchema);
    expect(files.flatMap(({ columns }) => columns["value"] as (Uint8Array | null)[])).toEqual(
      bad.map(({ value }) => (value === null ? null : new Uint8Array(value))),
    );
  });

  it("are not written again below the known offset", async () => {
    const { writer, read } = createWriter([{ ...partition, deadLettersFrom: 2 }]);
    writer.add(
      packMessages(0, [message(0, "bad"), message(1, "bad"), message(2, "bad"), message(3, observation)]),
    );
    const { rows, deadLetters } = await writer.flush();
    expect([rows, deadLetters.rows, [...deadLetters.next]]).toEqual([1, 1, [[0, 3]]]);
    expect((await read(deadLetterSchema))[0]!.columns["kafka_offset"]).toEqual(BigInt64Array.of(2n));
  });
});

describe("a flush", () => {
  it("contains exactly what was added before it", async () => {
    const { writer, read } = createWriter();
    writer.add(packMessages(0, [message(0, observation)]));
    const first = writer.flush();
    writer.add(packMessages(0, [message(1, observation)]));
    expect((await first).rows).toBe(1);
    expect((await read(observationSchema))[0]!.columns["kafka_offset"]).toEqual(BigInt64Array.of(0n));
    expect((await writer.flush()).rows).toBe(1);
    expect(await writer.flush()).toMatchObject({ adds: [], rows: 0 });
  });

  it("contains nothing that was dropped", async () => {
    const { writer } = createWriter();
    writer.add(packMessages(0, [message(0, observation), message(1, "bad")]));
    writer.begin([partition]);
    expect(await writer.flush()).toMatchObject({ adds: [], rows: 0, deadLetters: { rows: 0 } });
  });
});

it("the writer refuses partitions that were not announced", () => {
  const { writer } = createWriter();
  expect(() => writer.add(packMessages(1, [message(0, observation)]))).toThrow(
    "partition 1 was not announced",
  );
});

it("the writer makes dead letters of an unreadable batch, and stores its bytes once", async () => {
  const { writer, read } = createWriter();
  const batch = {
    firstOffset: 5,
    lastOffset: 7,
    problem: "why",
    bytes: Buffer.from("batch"),
    context: undefined,
  };
  const lost = [5, 6, 7].map((offset) => new UnreadableRecord(batch, offset) as unknown as KafkaMessage);
  writer.add(packMessages(0, [message(4, observation), ...lost, message(8, observation)]));
  const { rows, deadLetters } = await writer.flush();
  expect([rows, deadLetters.rows, deadLetters.next.get(0)]).toEqual([2, 3, 8]);
  expect(deadLetters.examples.map(({ offset }) => offset)).toEqual([5, 6, 7]);
  const [file] = await read(deadLetterSchema);
  const why = "its batch (offsets 5 to 7) cannot be read: why; ";
  expect(file!.columns).toMatchObject({
    kafka_offset: BigInt64Array.of(5n, 6n, 7n),
    kafka_timestamp: BigInt64Array.of(-1000n, -1000n, -1000n),
    reason: [
      `${why}the value is the batch`,
      ...Array<string>(2).fill(`${why}the batch is the value of offset 5`),
    ],
    key: [null, null, null],
    value: [new Uint8Array(Buffer.from("batch")), null, null],
  });
});

const schema = {
  columns: [
    { name: "n", type: "integer", nullable: false },
    { name: "text", type: "string", nullable: true },
    { name: "day", type: "integer", nullable: false },
  ],
  partitionColumns: ["day"],
} as const satisfies TableSchema;

it("the writer splits very many rows over several files", async () => {
  const rows = 500_001;
  const batch: RowBatch = {
    rows,
    columns: {
      n: Int32Array.from({ length: rows }, (_, row) => row),
      text: new Array<null>(rows).fill(null),
    },
  };
  const { files, contents } = createMemoryStorage();
  const adds = await writeDataFile(files, schema, { day: 3 }, batch);
  expect(
    adds.map(({ path, partitionValues, stats }) => [
      path.split("/")[0],
      partitionValues,
      JSON.parse(stats!) as unknown,
    ]),
  ).toEqual(
    [
      [0, 249_999],
      [250_000, 499_999],
      [500_000, 500_000],
    ].map(([first, last]) => [
      "day=3",
      { day: "3" },
      {
        numRecords: last! - first! + 1,
        minValues: { n: first },
        maxValues: { n: last },
        nullCount: { n: 0, text: last! - first! + 1 },
      },
    ]),
  );
  const last = await decodeDataFile(schema.columns.slice(0, 2), contents.get(adds[2]!.path)!);
  expect(last).toEqual({ rows: 1, columns: { n: Int32Array.of(500_000), text: [null] } });
});
