import { describe, expect, it } from "vitest";
import { shorten } from "../../apps/shared/text";
import { oddNames, shownInOneLine } from "../../apps/shared/testing/odd-names";
import { observationSchema } from "../../contract/tables";
import { dataFile } from "../lake/sql/testing/data-file";
import { letters, row, rows, run, temporaryJudge, time, upTo } from "./testing/judged";

const judged = temporaryJudge();

it("verify accepts every offset once, as a row or as a dead letter", async () => {
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
    declared: [],
  });
});

it("verify accepts an empty table", async () => {
  await expect(judged([], [])).resolves.toEqual({
    offsets: [],
    sequences: 0,
    observations: 0,
    problems: [],
    notes: [],
    declared: undefined,
  });
});

it("verify lists missing offsets", async () => {
  const there = upTo(500).filter((offset) => offset !== 7 && !(offset >= 60 && offset < 260));
  const { problems, offsets } = await judged(
    [run(510)],
    [rows(there, (offset) => ({ sensor_name: `s${offset}`, seq: 0 }))],
  );
  expect(problems).toEqual(["topic t partition 0: 211 of 510 offsets missing: 7, 60 to 259, 500 to 509"]);
  expect(offsets).toMatchObject([{ rows: 299, missing: 211, repeats: 0 }]);
});

it("verify lists a partition without any rows", async () => {
  const { problems } = await judged([run(100, { partition: 3, first: 90 })], []);
  expect(problems).toEqual(["topic t partition 3: 10 of 10 offsets missing: 90 to 99"]);
});

it("verify lists repeated offsets, in one table or across both", async () => {
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

it("verify lists rows that no transaction covers", async () => {
  const { problems } = await judged(
    [run(10, { first: 2, isFirstIncarnation: false })],
    [rows(upTo(12))],
    [letters([0, 1], { kafka_topic: "other" })],
  );
  expect(problems).toEqual([
    "topic other partition 0: 2 offsets that no transaction of the table accounts for",
    "topic t partition 0: 4 offsets outside of the range that the table's transactions account for: from 2 up to, but without, 10",
  ]);
});

it("verify counts each incarnation by itself", async () => {
  const incarnations = [run(3), run(4, { tableTopic: "t#2", isFirstIncarnation: false })];
  const second = rows(upTo(4), (offset) => ({ kafka_topic: "t#2", boot: 2000, seq: offset }));
  const { problems, offsets } = await judged(incarnations, [rows(upTo(3)), second]);
  expect(problems).toEqual([]);
  expect(offsets.map((found) => [...found.key, found.rows])).toEqual([
    ["t", 0, 3],
    ["t#2", 0, 4],
  ]);
});

it("verify lists gaps and repeats in the sequences of sensors", async () => {
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

it("verify does not report observations that were removed before the lake started to read", async () => {
  const late = run(10, { first: 4 });
  const { problems, notes } = await judged([late], [rows(upTo(10, 4))]);
  expect(problems).toEqual([]);
  expect(notes).toEqual([
    "4 observations had been removed from the topics, or were skipped, when the lake started to read them",
  ]);
  const gap = await judged([late], [rows(upTo(10, 4), (offset) => ({ seq: offset === 6 ? 100 : offset }))]);
  expect(gap.problems).toEqual([
    "device d, sensor s, boot 1000: 91 of 97 values of seq missing: 6, 10 to 99",
  ]);
});

it("verify lists rows in a partition that is not their minute", async () => {
  const { problems } = await judged(
    [run(3)],
    [rows([0]), [58, dataFile(observationSchema, [row(1)])], rows([2], () => ({ timestamp: time - 1 }))],
  );
  expect(problems).toEqual([
    "2 rows in a partition that is not the minute of the timestamp: topic t partition 0 offset 1, of " +
      "2026-11-23T23:59:00.001Z, is in year=2026/month=11/day=23/hour=23/minute=58",
  ]);
});

it("verify shows the first of many problems and counts the others", async () => {
  const runs = upTo(30).map((partition) => run(1, { partition }));
  const { problems } = await judged(runs, []);
  expect(problems).toHaveLength(21);
  expect(problems[0]).toBe("topic t partition 0: 1 of 1 offsets missing: 0");
  expect(problems[20]).toBe("… and 10 more with wrong offsets");
});

describe("odd names", () => {
  it("do not hide what is missing, repeated, or not covered", async () => {
    // Each device has 0 and 2, and 2 twice. Of more than 20 devices not all would be reported.
    const seqs = [0, 2, 2];
    for (const names of [oddNames.slice(0, 17), oddNames.slice(17)]) {
      const observed = names.flatMap((device, index) =>
        seqs.map((seq, at) => row(index * seqs.length + at, { device, sensor_name: device, seq })),
      );
      const { problems, sequences } = await judged(
        [run(observed.length)],
        [[59, dataFile(observationSchema, observed)]],
        [letters([7], { kafka_topic: "t'\u0000" })],
      );
      expect(sequences).toBe(names.length);
      const shown = (name: string) => shorten(shownInOneLine(name));
      expect(new Set(problems.slice(0, -1))).toEqual(
        new Set([
          "topic t'\\u0000 partition 0: 1 offsets that no transaction of the table accounts for",
          ...names.map(
            (name) =>
              `device ${shown(name)}, sensor ${shown(name)}, boot 1000: 1 of 3 values of seq missing: 1`,
          ),
        ]),
      );
      expect(problems.at(-1)).toMatch(new RegExp(`^${names.length} too many of what must be there once: `));
    }
  });
});
