import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deadLetterSchema, observationSchema } from "../../contract/tables";
import { shorten } from "../../apps/shared/text";
import { oddNames, shownInOneLine } from "../../apps/shared/testing/odd-names";
import { dataFile, type TestRow } from "../lake/testing/data-file";
import { type FileOfMinute, sessionOver } from "../lake/testing/session";
import { judge } from "./judge";
import { collectLabels, type DeclaredFaults, nothingDeclared } from "./labels";
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
  isFirstIncarnation: true,
  ...more,
});

async function judged(
  runs: readonly OffsetRun[],
  files: readonly FileOfMinute[],
  deadLetters: readonly Buffer[] = [],
  declared: DeclaredFaults = nothingDeclared(),
) {
  const sql = await sessionOver(root, files, deadLetters);
  try {
    return await judge(sql, runs, () => Promise.resolve({ ...declared, notes: ["a note"] }));
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
    declared: [],
  });
});

it("is content with an empty table", async () => {
  await expect(judged([], [])).resolves.toEqual({
    offsets: [],
    sequences: 0,
    observations: 0,
    problems: [],
    notes: [],
    declared: undefined,
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
    [run(10, { first: 2, isFirstIncarnation: false })],
    [rows(upTo(12))],
    [letters([0, 1], { kafka_topic: "other" })],
  );
  expect(problems).toEqual([
    "topic other partition 0: 2 offsets that no transaction of the table accounts for",
    "topic t partition 0: 4 offsets outside of what the table's transactions account for, which is from 2 up to, but without, 10",
  ]);
});

it("counts each incarnation by itself", async () => {
  const incarnations = [run(3), run(4, { tableTopic: "t#2", isFirstIncarnation: false })];
  const second = rows(upTo(4), (offset) => ({ kafka_topic: "t#2", boot: 2000, seq: offset }));
  const { problems, offsets } = await judged(incarnations, [rows(upTo(3)), second]);
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

describe("names that are odd", () => {
  it("do not hide what is missing, repeated, or not the table's", async () => {
    // Of each device 0 and 2 are there, and 2 twice. Of more than 20 not all would be told.
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

  it("are explained by what is declared of them", async () => {
    const names = oddNames.filter((name) => name.isWellFormed());
    const seqs = [0, 2, 2, 4];
    const observed = names.flatMap((device, index) =>
      seqs.map((seq, at) => row(index * seqs.length + at, { device, sensor_name: device, seq })),
    );
    const declared = declaredBy(
      ...names.flatMap((name) => {
        const of = { device: name, sensor: name };
        return [
          { lost: { missing: 1 }, value: { ...of, seq: 2 } },
          { fault: { ...fault(2, "duplicate").fault, ...of } },
          { held: { count: 1, until: "2026-11-23T23:59:59.999Z" }, value: { ...of, seq: 4 } },
        ];
      }),
    );
    const judgement = await judged(
      [run(observed.length)],
      [[59, dataFile(observationSchema, observed)]],
      [],
      declared,
    );
    expect(judgement.problems).toEqual([]);
    expect(judgement.declared).toMatchObject([
      { kind: "duplicate", devices: names.length },
      { kind: "missing", devices: names.length },
    ]);
  });
});

/** What messages declare by their headers. */
function declaredBy(
  ...messages: readonly {
    fault?: object | string;
    lost?: object | string;
    held?: object | string;
    value?: object;
  }[]
) {
  const declared = nothingDeclared();
  for (const { value, ...headers } of messages) {
    const json = {
      device: "d",
      sensor: "s",
      boot: 1000,
      timestamp: "2026-11-23T23:59:00.000Z",
      value: 0,
      ...value,
    };
    const textOf = (header: object | string) =>
      typeof header === "string" ? header : JSON.stringify(header);
    const header = (name: string) => {
      const found = headers[name as keyof typeof headers];
      return found === undefined ? undefined : Buffer.from(textOf(found));
    };
    const bytes = value === undefined ? null : Buffer.from(JSON.stringify(json));
    collectLabels({ value: bytes, timeMs: 0, header }, declared);
  }
  return declared;
}
const fault = (seq: number, ...kinds: readonly string[]) => ({
  fault: { device: "d", sensor: "s", boot: 1000, seq, kinds, observedAt: "2026-11-23T23:59:00.000Z" },
});
const heldBefore = (seq: number, count: number, until: string) => ({
  held: { count, until },
  value: { seq },
});
const lostBefore = (seq: number, lost: object) => ({ lost, value: { seq } });
/** Rows of these values of `seq`, at offsets from 0 on. */
const rowsOf = (...seqs: readonly number[]) =>
  rows(upTo(seqs.length), (offset) => ({ seq: seqs[offset] ?? 0 }));

describe("what was declared", () => {
  it("explains observations without a message", async () => {
    const declared = declaredBy(lostBefore(5, { missing: 2, offline: 1 }), lostBefore(8, { missing: 1 }));
    const judgement = await judged([run(5)], [rowsOf(0, 1, 5, 6, 8)], [], declared);
    expect(judgement).toMatchObject({
      problems: [],
      notes: [],
      observations: 5,
      declared: [
        { kind: "missing", observations: 3, withoutMessage: 3, devices: 1 },
        { kind: "offline", observations: 1, withoutMessage: 1, devices: 1 },
      ],
    });
  });

  it("explains no more than it says", async () => {
    const declared = declaredBy(lostBefore(7, { missing: 2 }));
    const { problems, notes } = await judged([run(4)], [rowsOf(0, 1, 7, 9)], [], declared);
    expect(problems).toEqual([
      "device d, sensor s, boot 1000: 4 of 10 values of seq missing: 2 to 4, 8 (beside 2 that are declared)",
    ]);
    expect(notes).toEqual(["a note"]);
  });

  it("explains nothing of another sensor, or of another life", async () => {
    const other = [
      { lost: { missing: 1 }, value: { seq: 2, sensor: "t" } },
      { lost: { missing: 1 }, value: { seq: 2, boot: 7 } },
      { lost: { missing: 1 }, value: { seq: 2, device: "e" } },
    ];
    const { problems } = await judged([run(2)], [rowsOf(0, 2)], [], declaredBy(...other));
    expect(problems).toEqual(["device d, sensor s, boot 1000: 1 of 3 values of seq missing: 1"]);
  });

  it("waits for what is held back, until its time has come", async () => {
    // The sensor's latest observation is of 23:59:00.003.
    const files = [rowsOf(0, 1, 4, 5)];
    const heldUntil = (until: string) => declaredBy(heldBefore(4, 2, until));
    const early = await judged([run(4)], files, [], heldUntil("2026-11-23T23:59:00.004Z"));
    expect(early.problems).toEqual([]);
    const due = await judged([run(4)], files, [], heldUntil("2026-11-23T23:59:00.003Z"));
    expect(due.problems).toEqual(["device d, sensor s, boot 1000: 2 of 6 values of seq missing: 2 to 3"]);
  });

  it("counts what was held back and has come once", async () => {
    const declared = declaredBy(heldBefore(4, 2, "2026-11-23T23:59:59.999Z"), fault(2, "late"));
    const { problems } = await judged([run(5)], [rowsOf(0, 1, 4, 5, 2)], [], declared);
    expect(problems).toEqual([]);
  });

  it("explains corrupt messages, which are dead letters, and what these declare to be lost before them", async () => {
    const corrupt = { ...fault(3, "corrupt", "spike"), lost: { missing: 1 } };
    const judgement = await judged(
      [run(4)],
      [rows([0, 1, 3], (offset) => ({ seq: [0, 1, 0, 4][offset] ?? 0 }))],
      [letters([2])],
      declaredBy(corrupt, corrupt),
    );
    expect(judgement.problems).toEqual([]);
    expect(judgement.declared).toEqual([
      { kind: "corrupt", observations: 1, withoutMessage: 0, devices: 1 },
      { kind: "missing", observations: 1, withoutMessage: 1, devices: 1 },
      { kind: "spike", observations: 1, withoutMessage: 0, devices: 1 },
    ]);
  });

  it("explains a second row, but no third", async () => {
    const declared = declaredBy(fault(1, "duplicate"), fault(1, "duplicate"), fault(2, "duplicate"));
    const judgement = await judged([run(5)], [rowsOf(0, 1, 1, 2, 2)], [], declared);
    expect(judgement).toMatchObject({ problems: [], observations: 3 });
    expect(judgement.declared).toEqual([
      { kind: "duplicate", observations: 2, withoutMessage: 0, devices: 1 },
    ]);
    const { problems } = await judged([run(5)], [rowsOf(0, 1, 1, 1, 0)], [], declared);
    expect(problems).toEqual([
      "2 too many of what must be there once: device d, sensor s, boot 1000 seq 0 (2 rows); " +
        "device d, sensor s, boot 1000 seq 1 (2 rows)",
    ]);
  });

  it("explains what is late and not in the table yet, and leaves out what is newer than the table", async () => {
    const declared = declaredBy(fault(1, "late"), fault(3, "corrupt"), lostBefore(9, { missing: 4 }));
    const { problems } = await judged([run(2)], [rowsOf(0, 2)], [], declared);
    expect(problems).toEqual([]);
  });

  it("is wrong where there is a row of what is declared to have none", async () => {
    const declared = declaredBy(lostBefore(4, { missing: 2 }));
    const { problems } = await judged([run(3)], [rowsOf(0, 2, 4)], [], declared);
    expect(problems).toEqual([
      "device d, sensor s, boot 1000: 1 of 5 values of seq missing: 1 (beside 2 that are declared)",
      "1 too many of what must be there once: device d, sensor s, boot 1000 seq 2 (1 row and 1 declaration)",
    ]);
  });

  it("does not count what had gone before the lake began to read", async () => {
    const declared = declaredBy(lostBefore(3, { missing: 2 }), lostBefore(7, { missing: 1 }));
    const { problems } = await judged(
      [run(7, { first: 3 })],
      [rows([3, 4, 5, 6], (offset) => ({ seq: [4, 5, 7, 8][offset - 3] ?? 0 }))],
      [],
      declared,
    );
    expect(problems).toEqual([]);
  });

  it("is not believed where it cannot be looked at", async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const declared = declaredBy(
      lostBefore(2, { missing: 1 }),
      ...Array.from({ length: 2_000 }, () => lostBefore(most, { missing: most - 1, offline: most })),
      heldBefore(most, most, "2026-11-23T23:59:59.999Z"),
    );
    const { problems, notes } = await judged([run(3)], [rowsOf(0, 2, 4)], [], declared);
    expect(problems).toEqual([
      "device d, sensor s, boot 1000: 1 of 5 values of seq missing: 3 (beside 1 that are declared)",
    ]);
    expect(notes).toEqual([
      "4,001 declarations of more observations than can be looked at: they explain nothing",
      "a note",
    ]);
  });

  it("counts headers that cannot be read", async () => {
    const bad = [
      { fault: "x" },
      { lost: "{}x", value: { seq: 1 } },
      { lost: { missing: 1 } },
      { fault: { kinds: ["other"] } },
    ];
    const { notes } = await judged([run(2)], [rowsOf(0, 2)], [], declaredBy(...bad));
    expect(notes).toEqual(["4 messages with headers that name faults and cannot be read", "a note"]);
  });
});
