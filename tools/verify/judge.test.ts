import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { deadLetterSchema } from "../../apps/consumers/lake/dead-letters";
import { observationSchema } from "../../apps/consumers/lake/schema";
import { dataFile, type TestRow } from "../lake/testing/data-file";
import { type FileOfMinute, sessionOver } from "../lake/testing/session";
import { judge } from "./judge";
import type { OffsetRun } from "./runs";

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), "judge-"))));
afterEach(() => rm(root, { recursive: true }));

const time = Date.parse("2026-11-23T23:59:00.000Z");

/** A row whose `seq` is its offset, unless told otherwise. */
const row = (offset: number, more: TestRow = {}): TestRow => ({
  device: "d",
  sensor_name: "s",
  boot: 1000,
  seq: offset,
  timestamp: time + (offset % 60_000),
  value: 0,
  label: null,
  kafka_topic: "t",
  kafka_partition: 0,
  kafka_offset: offset,
  kafka_timestamp: time,
  ...more,
});
const upTo = (count: number, from = 0) => Array.from({ length: count - from }, (_, index) => from + index);
const rows = (offsets: readonly number[], more?: (offset: number) => TestRow): FileOfMinute => [
  59,
  dataFile(
    observationSchema,
    offsets.map((offset) => row(offset, more?.(offset))),
  ),
];
const letters = (offsets: readonly number[], more: TestRow = {}) =>
  dataFile(
    deadLetterSchema,
    offsets.map((offset) => ({
      kafka_topic: "t",
      kafka_partition: 0,
      kafka_offset: offset,
      kafka_timestamp: time,
      reason: "",
      ...more,
    })),
  );
const run = (next: number, more: Partial<OffsetRun> = {}): OffsetRun => ({
  tableTopic: "t",
  partition: 0,
  first: 0,
  next,
  isFirstLineage: true,
  ...more,
});

async function judged(
  runs: readonly OffsetRun[],
  files: readonly FileOfMinute[],
  deadLetters: readonly Buffer[] = [],
) {
  const sql = await sessionOver(root, files, deadLetters);
  try {
    return await judge(sql, runs);
  } finally {
    await sql.close();
  }
}

it("is content with every offset once, be it a row or a dead letter", async () => {
  // Offsets 64 to 66 are no observations; 300 is a dead letter whose offset is not committed yet.
  const seqOf = (offset: number) => ({ seq: offset < 64 ? offset : offset - 3 });
  const judgement = await judged(
    [run(200), run(0, { partition: 1 })],
    [rows(upTo(64), seqOf), rows(upTo(200, 67), seqOf)],
    [letters([64, 66, 65]), letters([300])],
  );
  expect(judgement).toEqual({
    offsets: [
      {
        key: ["t", 0],
        bounds: { first: 0, next: 200 },
        rows: 197,
        deadLetters: 3,
        missing: 0,
        outside: 0,
        repeats: 0,
      },
      {
        key: ["t", 1],
        bounds: { first: 0, next: 0 },
        rows: 0,
        deadLetters: 0,
        missing: 0,
        outside: 0,
        repeats: 0,
      },
    ],
    sequences: 1,
    observations: 197,
    problems: [],
    notes: [],
  });
});

it("is content with an empty table", async () => {
  await expect(judged([], [])).resolves.toEqual({
    offsets: [],
    sequences: 0,
    observations: 0,
    problems: [],
    notes: [],
  });
});

it("lists offsets that are missing", async () => {
  const there = upTo(500).filter((offset) => offset !== 7 && !(offset >= 60 && offset < 260));
  const { problems, offsets } = await judged(
    [run(510)],
    [rows(there, (offset) => ({ sensor_name: `s${offset}`, seq: 0 }))],
  );
  expect(problems).toEqual(["topic t partition 0: 211 of 510 offsets missing: 7, 60 to 259, 500 to 509"]);
  expect(offsets).toMatchObject([{ rows: 299, missing: 211, repeats: 0 }]);
});

it("lists a partition of which nothing is there", async () => {
  const { problems } = await judged([run(100, { partition: 3, first: 90 })], []);
  expect(problems).toEqual(["topic t partition 3: 10 of 10 offsets missing: 90 to 99"]);
});

it("lists offsets that are there more than once, in one table or across both", async () => {
  const { problems, offsets } = await judged(
    [run(10)],
    [
      rows(upTo(10), (offset) => ({ sensor_name: `s${offset}`, seq: 0 })),
      rows([5, 5], () => ({ boot: 1, seq: 0 })),
    ],
    [letters([7])],
  );
  expect(problems).toEqual([
    "3 too many of what must be there once: topic t partition 0 offset 5 (3 rows); " +
      "topic t partition 0 offset 7 (1 row and 1 dead letter)",
    "1 too many of what must be there once: device d, sensor s, boot 1 seq 0 (2 rows)",
  ]);
  expect(offsets).toMatchObject([{ rows: 12, deadLetters: 1, missing: 0, repeats: 3 }]);
});

it("lists rows that no transaction accounts for", async () => {
  const { problems } = await judged(
    [run(10, { first: 2, isFirstLineage: false })],
    [rows(upTo(12))],
    [letters([0, 1], { kafka_topic: "other" })],
  );
  expect(problems).toEqual([
    "topic other partition 0: 2 offsets that no transaction of the table accounts for",
    "topic t partition 0: 4 offsets outside of what the table's transactions account for, which is from 2 up to, but without, 10",
  ]);
});

it("counts each lineage by itself", async () => {
  const lineages = [run(3), run(4, { tableTopic: "t#2", isFirstLineage: false })];
  const second = rows(upTo(4), (offset) => ({ kafka_topic: "t#2", boot: 2000, seq: offset }));
  const { problems, offsets } = await judged(lineages, [rows(upTo(3)), second]);
  expect(problems).toEqual([]);
  expect(offsets.map((found) => [...found.key, found.rows])).toEqual([
    ["t", 0, 3],
    ["t#2", 0, 4],
  ]);
});

it("lists gaps and repeats in the sequences of sensors", async () => {
  const seqs = [1, 2, 2, 5, 9_007_199_254_740_991];
  const { problems } = await judged(
    [run(5)],
    [rows(upTo(5), (offset) => ({ device: "d\n", seq: seqs[offset] ?? 0 }))],
  );
  expect(problems).toEqual([
    "device d\\n, sensor s, boot 1000: 9,007,199,254,740,988 of 9,007,199,254,740,992 values of seq missing: 0, 3 to 4, " +
      "6 to 9007199254740990",
    "1 too many of what must be there once: device d\\n, sensor s, boot 1000 seq 2 (2 rows)",
  ]);
});

it("does not miss what had gone before the lake began to read", async () => {
  const late = run(10, { first: 4 });
  const { problems, notes } = await judged([late], [rows(upTo(10, 4))]);
  expect(problems).toEqual([]);
  expect(notes).toEqual([
    "4 observations had gone from the topics, or were passed by, when the lake began to read them",
  ]);
  const gap = await judged([late], [rows(upTo(10, 4), (offset) => ({ seq: offset === 6 ? 100 : offset }))]);
  expect(gap.problems).toEqual([
    "device d, sensor s, boot 1000: 91 of 97 values of seq missing: 6, 10 to 99",
  ]);
});

it("lists rows in a partition that is not their minute", async () => {
  const { problems } = await judged(
    [run(3)],
    [rows([0]), [58, dataFile(observationSchema, [row(1)])], rows([2], () => ({ timestamp: time - 1 }))],
  );
  expect(problems).toEqual([
    "2 rows in a partition that is not the minute of the timestamp: topic t partition 0 offset 1, of " +
      "2026-11-23T23:59:00.001Z, is in year=2026/month=11/day=23/hour=23/minute=58",
  ]);
});

it("shows the first of many problems and counts the others", async () => {
  const runs = upTo(30).map((partition) => run(1, { partition }));
  const { problems } = await judged(runs, []);
  expect(problems).toHaveLength(21);
  expect(problems[0]).toBe("topic t partition 0: 1 of 1 offsets missing: 0");
  expect(problems[20]).toBe("… and 10 more with wrong offsets");
});
