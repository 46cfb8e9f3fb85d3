import { BIGINT, BOOLEAN, INTEGER, VARCHAR } from "@duckdb/node-api";
import { counted, escapeControls, shorten } from "../../apps/shared/text";
import type { SqlSession } from "../lake/sql/session";
import { type DeclaredKind, declaredKinds, explainedSource, makeDeclared } from "./declared";
import type { ReadDeclared } from "./labels";
import {
  type Repeat,
  RunCheck,
  type RunCount,
  type RunSource,
  type RunTotals,
  showRanges,
} from "./run-check";
import type { OffsetRun } from "./expected";

/** The contents of the tables, compared with what their transactions claim. */
export interface Judgement {
  /** For each partition, with the topic's name in the table. */
  readonly offsets: readonly RunCount[];
  /** A sequence is the observations of one sensor in one life of its device. */
  readonly sequences: number;
  readonly observations: number;
  /** The first problems, one line each; empty if there are none. */
  readonly problems: readonly string[];
  /** Remarks that are no problems. */
  readonly notes: readonly string[];
  /** The faults that the headers of messages declare; undefined if nothing had to be explained. */
  readonly declared: readonly DeclaredKind[] | undefined;
}

const maxProblems = 20;
const maxRanges = 10;
/** How many blocks of 64 numbers are searched for missing ranges. */
const maxBlocks = 1000;

/**
 * @param sql with the tables `bronze` and `dead_letters` of one moment
 * @param readDeclared reads all topics, so it is only called if there is something to explain
 */
export async function judge(
  sql: SqlSession,
  runs: readonly OffsetRun[],
  readDeclared: ReadDeclared,
): Promise<Judgement> {
  await makeRuns(sql, runs);
  const offsets = await RunCheck.make(sql, offsetSource);
  const offsetCounts = await offsets.counts("all");
  const sequences = await RunCheck.make(sql, sequenceSource);
  const totals = await sequences.totals();
  const isUnexplained =
    offsetCounts.some(({ deadLetters }) => deadLetters > 0) || (await sequences.counts("wrong")).length > 0;
  const explained = isUnexplained ? await explain(sql, readDeclared) : undefined;
  const sequenceProblems = explained === undefined ? [] : await problemsOf(explained.check, sequenceWords);
  return {
    offsets: offsetCounts,
    sequences: totals.keys,
    observations: explained?.observations ?? totals.rows,
    problems: [
      ...(await problemsOf(offsets, offsetWords)),
      ...sequenceProblems,
      ...(await partitionProblems(sql)),
    ],
    notes: [...beforeNotes(totals), ...(explained?.notesOn(sequenceProblems) ?? [])],
    declared: explained?.declared,
  };
}

interface Explained {
  readonly check: RunCheck;
  readonly declared: readonly DeclaredKind[];
  /** Without declared duplicates. */
  readonly observations: number;
  /** Why declarations may be incomplete. */
  readonly notesOn: (problems: readonly string[]) => readonly string[];
}

/** Checks the sequences again, with the declared faults. */
async function explain(sql: SqlSession, readDeclared: ReadDeclared): Promise<Explained> {
  const found = await readDeclared();
  const tooMany = await makeDeclared(sql, found);
  const check = await RunCheck.make(sql, explainedSource);
  const declared = await declaredKinds(sql);
  const unreadable =
    found.unreadable === 0
      ? []
      : [`${counted(found.unreadable, "message")} with headers that name faults and cannot be read`];
  const beyondReach =
    tooMany === 0
      ? []
      : [
          `${count(tooMany)} ${tooMany === 1 ? "declaration" : "declarations"} of more observations than can be checked: they explain nothing`,
        ];
  return {
    check,
    declared,
    observations: (await check.totals()).rows,
    notesOn: (problems) => [...unreadable, ...beyondReach, ...(problems.length === 0 ? [] : found.notes)],
  };
}

function beforeNotes({ before }: RunTotals): string[] {
  if (before === 0) return [];
  const gone = counted(before, "observation");
  return [`${gone} had been removed from the topics, or were skipped, when the lake started to read them`];
}

async function makeRuns(sql: SqlSession, runs: readonly OffsetRun[]): Promise<void> {
  await sql.rows(
    "CREATE TEMP TABLE runs (kafka_topic VARCHAR, kafka_partition INTEGER, first BIGINT, next BIGINT, is_late BOOLEAN)",
  );
  const rows = runs.map(({ tableTopic, partition, first, next, isFirstIncarnation }) => [
    tableTopic,
    partition,
    first,
    next,
    isFirstIncarnation && first > 0,
  ]);
  await sql.fill("runs", [VARCHAR, INTEGER, BIGINT, BIGINT, BOOLEAN], rows);
}

/** Dead letters are committed before the offsets: those beyond a run belong to a commit that is under way. */
const offsetSource: RunSource = {
  name: "offsets",
  keys: ["kafka_topic", "kafka_partition"],
  numbers: `
    SELECT kafka_topic, kafka_partition, kafka_offset AS number, false AS dead FROM bronze
    UNION ALL
    SELECT kafka_topic, kafka_partition, kafka_offset, true FROM dead_letters LEFT JOIN runs USING (kafka_topic, kafka_partition)
    WHERE next IS NULL OR kafka_offset < next`,
  expected: () => "SELECT kafka_topic, kafka_partition, first, next FROM runs",
};

/** Sequences start with 0, unless the lake started too late to see that; their ends are unknown. */
const sequenceSource: RunSource = {
  name: "sequences",
  keys: ["device", "sensor_name", "boot"],
  numbers: "SELECT device, sensor_name, boot, seq AS number, false AS dead FROM bronze",
  expected: (blocks) => `
    WITH late AS (
      SELECT device, sensor_name, boot, min(seq) AS seen
      FROM bronze JOIN (SELECT * FROM runs WHERE is_late) USING (kafka_topic, kafka_partition) GROUP BY ALL
    )
    SELECT device, sensor_name, boot, coalesce(min(seen), 0) AS first, max(highest) + 1 AS next
    FROM ${blocks} LEFT JOIN late USING (device, sensor_name, boot) GROUP BY ALL`,
};

/** The words for keys and numbers of one kind in problems. */
interface Words {
  readonly of: (key: RunCount["key"]) => string;
  readonly number: string;
  readonly numbers: string;
  /** What accounts for a number without a row. */
  readonly substitute: string;
}

const offsetWords: Words = {
  of: ([topic, partition]) => `topic ${shown(topic)} partition ${shown(partition)}`,
  number: "offset",
  numbers: "offsets",
  substitute: "dead letter",
};

const sequenceWords: Words = {
  of: ([device, sensor, boot]) => `device ${shown(device)}, sensor ${shown(sensor)}, boot ${shown(boot)}`,
  number: "seq",
  numbers: "values of seq",
  substitute: "declaration",
};

const shown = (value: string | number | undefined) => shorten(escapeControls(String(value)));
const count = (number: number) => number.toLocaleString("en");

async function problemsOf(check: RunCheck, words: Words): Promise<string[]> {
  const wrong = await check.counts("wrong");
  const problems: string[] = [];
  for (const found of wrong.slice(0, maxProblems)) {
    if (found.missing > 0) {
      const ranges = showRanges(await check.missing(found, maxBlocks), maxRanges);
      problems.push(
        `${words.of(found.key)}: ${count(found.missing)} of ${showBounds(found)} ${words.numbers} missing: ${ranges}${besideDeclared(found, words)}`,
      );
    }
    if (found.outside > 0) problems.push(`${words.of(found.key)}: ${outside(found, words)}`);
  }
  if (wrong.length > maxProblems)
    problems.push(`… and ${count(wrong.length - maxProblems)} more with wrong ${words.numbers}`);
  const repeats = wrong.reduce((sum, found) => sum + found.repeats, 0);
  if (repeats > 0) {
    const found = await check.repeats(maxRanges);
    const listed = found.reduce((sum, { rows, deadLetters }) => sum + rows + deadLetters - 1, 0);
    const list = found.map((repeat) => showRepeat(repeat, words)).join("; ");
    problems.push(
      `${count(repeats)} too many of what must be there once: ${list}${listed < repeats ? "; …" : ""}`,
    );
  }
  return problems;
}

function besideDeclared({ deadLetters }: RunCount, words: Words): string {
  return words === sequenceWords && deadLetters > 0
    ? ` (beside ${count(deadLetters)} that are declared)`
    : "";
}

function showBounds({ bounds }: RunCount): string {
  return bounds === undefined ? "no" : count(bounds.next - bounds.first);
}

function outside({ bounds, outside }: RunCount, { numbers }: Words): string {
  return bounds === undefined
    ? `${count(outside)} ${numbers} that no transaction of the table accounts for`
    : `${count(outside)} ${numbers} outside of the range that the table's transactions account for: from ${bounds.first} up to, ` +
        `but without, ${bounds.next}`;
}

function showRepeat({ key, number, rows, deadLetters }: Repeat, words: Words): string {
  const there = [
    ...(rows > 0 ? [counted(rows, "row")] : []),
    ...(deadLetters > 0 ? [counted(deadLetters, words.substitute)] : []),
  ];
  return `${words.of(key)} ${words.number} ${number} (${there.join(" and ")})`;
}

const minuteUs = 60_000_000;

/** Rows in another partition than that of their timestamp's minute: readers that skip partitions do not find them. */
async function partitionProblems(sql: SqlSession): Promise<string[]> {
  const misplaced = `FROM bronze WHERE epoch_us(try(make_timestamp(year, month, day, hour, minute, 0.0)))
    IS DISTINCT FROM epoch_us(timestamp) - (epoch_us(timestamp) % ${minuteUs} + ${minuteUs}) % ${minuteUs}`;
  const [total] = await sql.rows<{ rows: bigint }>(`SELECT count(*) AS rows ${misplaced}`);
  if (total === undefined || total.rows === 0n) return [];
  const [first] = await sql.rows<Record<string, unknown>>(
    `SELECT *, epoch_ms(timestamp) AS at ${misplaced} ORDER BY kafka_topic, kafka_partition, kafka_offset LIMIT 1`,
  );
  const partition = ["year", "month", "day", "hour", "minute"].map(
    (name) => `${name}=${String(first?.[name])}`,
  );
  return [
    `${counted(Number(total.rows), "row")} in a partition that is not the minute of the timestamp: ` +
      `topic ${shown(String(first?.["kafka_topic"]))} partition ${String(first?.["kafka_partition"])} ` +
      `offset ${String(first?.["kafka_offset"])}, of ${new Date(Number(first?.["at"])).toISOString()}, is in ${partition.join("/")}`,
  ];
}
