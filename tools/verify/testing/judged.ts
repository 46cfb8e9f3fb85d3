import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { deadLetterSchema, observationSchema } from "../../../contract/tables";
import { dataFile, type TestRow } from "../../lake/sql/testing/data-file";
import { type FileOfMinute, sessionOver } from "../../lake/sql/testing/session";
import type { OffsetRun } from "../expected";
import { judge, type Judgement } from "../judge";
import { collectLabels, type DeclaredFaults, nothingDeclared } from "../labels";

export const time = Date.parse("2026-11-23T23:59:00.000Z");

/** A row whose `seq` is its offset, unless `more` changes it. */
export const row = (offset: number, more: TestRow = {}): TestRow => ({
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
export const upTo = (count: number, from = 0) =>
  Array.from({ length: count - from }, (_, index) => from + index);
export const rows = (offsets: readonly number[], more?: (offset: number) => TestRow): FileOfMinute => [
  59,
  dataFile(
    observationSchema,
    offsets.map((offset) => row(offset, more?.(offset))),
  ),
];
export const letters = (offsets: readonly number[], more: TestRow = {}) =>
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
export const run = (next: number, more: Partial<OffsetRun> = {}): OffsetRun => ({
  tableTopic: "t",
  partition: 0,
  first: 0,
  next,
  isFirstIncarnation: true,
  ...more,
});

/** Judges tables of a test, whose data files are in a directory of its own. Call it outside of tests. */
export function temporaryJudge() {
  let root: string;
  beforeEach(async () => (root = await mkdtemp(join(tmpdir(), "judge-"))));
  afterEach(() => rm(root, { recursive: true }));

  return async (
    runs: readonly OffsetRun[],
    files: readonly FileOfMinute[],
    deadLetters: readonly Buffer[] = [],
    declared: DeclaredFaults = nothingDeclared(),
  ): Promise<Judgement> => {
    const sql = await sessionOver(root, files, deadLetters);
    try {
      return await judge(sql, runs, () => Promise.resolve({ ...declared, notes: ["a note"] }));
    } finally {
      await sql.close();
    }
  };
}

/** What messages declare by their headers. */
export function declaredBy(
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
export const fault = (seq: number, ...kinds: readonly string[]) => ({
  fault: { device: "d", sensor: "s", boot: 1000, seq, kinds, observedAt: "2026-11-23T23:59:00.000Z" },
});
export const heldBefore = (seq: number, count: number, until: string) => ({
  held: { count, until },
  value: { seq },
});
export const lostBefore = (seq: number, lost: object) => ({ lost, value: { seq } });
/** Rows of these values of `seq`, at offsets from 0 on. */
export const rowsOf = (...seqs: readonly number[]) =>
  rows(upTo(seqs.length), (offset) => ({ seq: seqs[offset] ?? 0 }));
