import { escapeControls } from "../../apps/shared/text";
import { AlignedColumns } from "../lake/output/columns";
import type { RunCount } from "./run-check";
import type { DeclaredKind } from "./declared";
import type { Judgement } from "./judge";

/** The result, for people or programs. */
export interface Verdict extends Judgement {
  readonly stack: string;
  /** The version of the table that was checked. */
  readonly version: number;
  /** Topics with devices that no lake reads. */
  readonly unread: readonly string[];
  /** Topics with rows in the table that no longer exist in Kafka. */
  readonly gone: readonly string[];
}

/** The maximum number of partitions that are listed one by one. */
const maxRuns = 40;

const count = (number: number) => number.toLocaleString("en");

/** The verdict for people: the contents of the tables, and then the problems or their absence. */
export function describeVerdict(verdict: Verdict): string {
  const { offsets, problems, declared = [] } = verdict;
  const parts = [describeRuns(offsets), describeDeclared(declared), notesOf(verdict).join("\n")];
  const butDeclared = declared.length === 0 ? "" : ", but as declared";
  const messages = offsets.reduce((sum, run) => sum + expected(run), 0);
  const rows = offsets.reduce((sum, run) => sum + run.rows, 0);
  const deadLetters = offsets.reduce((sum, run) => sum + run.deadLetters, 0);
  const conclusion =
    problems.length > 0
      ? `Something is wrong with version ${verdict.version} of the table:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`
      : `Every message is there exactly once: ${count(messages)} messages = ${count(rows)} rows + ${count(deadLetters)} dead letters ` +
        `(version ${verdict.version} of the table).\n` +
        `No sensor lacks or repeats an observation${butDeclared}: ${count(verdict.observations)} in ${count(verdict.sequences)} sequences.`;
  return [...parts, conclusion].filter((part) => part !== "").join("\n\n");
}

/** The verdict for programs, on one line. */
export function verdictJson({ offsets, ...verdict }: Verdict): string {
  const partitions = offsets.map(({ key: [topic, partition], bounds, ...counts }) => ({
    topic,
    partition,
    first: bounds?.first ?? null,
    next: bounds?.next ?? null,
    ...counts,
  }));
  return JSON.stringify({ ok: verdict.problems.length === 0, ...verdict, partitions });
}

function expected({ bounds }: RunCount): number {
  return bounds === undefined ? 0 : bounds.next - bounds.first;
}

const heading = [
  "topic",
  "partition",
  "first",
  "next",
  "messages",
  "rows",
  "dead letters",
  "missing",
  "repeated",
];

function describeRuns(runs: readonly RunCount[]): string {
  if (runs.length === 0) return "";
  const rows = runs
    .slice(0, maxRuns)
    .map(({ key: [topic, partition], bounds, ...run }) => [
      escapeControls(String(topic)),
      String(partition),
      ...[bounds?.first ?? 0, bounds?.next ?? 0].map(String),
      ...[expected({ key: [], bounds, ...run }), run.rows, run.deadLetters, run.missing, run.repeats].map(
        count,
      ),
    ]);
  const right = heading.map((_, at) => at > 0);
  const more = runs.length - maxRuns;
  const rest = more > 0 ? `… and ${count(more)} more partitions\n` : "";
  return `${new AlignedColumns(heading, right, rows).lines([heading, ...rows])}${rest}`.trimEnd();
}

function describeDeclared(declared: readonly DeclaredKind[]): string {
  if (declared.length === 0) return "";
  const titles = ["declared fault", "observations", "without a message", "devices"];
  const rows = declared.map(({ kind, observations, withoutMessage, devices }) => [
    kind,
    ...[observations, withoutMessage, devices].map(count),
  ]);
  const right = titles.map((_, at) => at > 0);
  return new AlignedColumns(titles, right, rows).lines([titles, ...rows]).trimEnd();
}

function notesOf({ notes, unread, gone }: Verdict): string[] {
  return [
    ...(unread.length > 0 ? [`not read by any lake, so not checked: ${unread.join(", ")}`] : []),
    ...(gone.length > 0
      ? [`no longer in Kafka, so compared with the table's transactions alone: ${gone.join(", ")}`]
      : []),
    ...notes,
  ];
}
