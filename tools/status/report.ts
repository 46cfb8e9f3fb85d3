import type { Colours } from "../../apps/shared/colours";
import { counted, escapeControls, showDuration } from "../../apps/shared/text";
import type {
  ReconciliationTotals,
  ConsumerFrame,
  LakeSummary,
  OverviewFrame,
  StateFrame,
} from "../../contract/frames/frames";
import { verdictOf } from "../../contract/frames/verdict";
import { showCount, showCounted, showData, showRate } from "../plan/units";
import { conditionOf, type Snapshot } from "./snapshot";
import { timeOfDay, troublesOf } from "./troubles";

/** The default width of a terminal. */
const width = 80;
/** So many problems are listed; further ones are counted. */
const maxTroubles = 8;
const maxConsumers = 8;
const maxNameLetters = 54;
const labelWidth = 12;

/** The whole stack on one screen: problems, containers, rates, topics, lag, the table, and the proof. */
export function describeStatus(snapshot: Snapshot, colours: Colours): string[] {
  const { state } = snapshot;
  return [
    ...headline(snapshot, colours),
    "",
    ...containerLines(snapshot),
    ...(state === undefined ? [] : ["", ...pipelineLines(state, snapshot.nowMs)]),
  ];
}

/** The same in one line, for output that is not a terminal. */
export function summarize(snapshot: Snapshot): string {
  const { state, nowMs } = snapshot;
  const troubles = troublesOf(snapshot);
  const [first] = troubles;
  const facts = state && [
    `${showRate(state.overview.totals.messagesPerSecond)} messages/s`,
    `lag ${lagOf(state.overview.consumers)}`,
    ...(state.overview.lake === null ? [] : [showCounted(state.overview.lake.rows, "row")]),
  ];
  const how =
    first === undefined
      ? shortVerdicts[verdictWithoutTroubles(snapshot)]
      : `${counted(troubles.length, "trouble")}: ${escapeControls(first)}`;
  return fit([clock(nowMs), ...(facts ?? []), how].join("  "));
}

function headline(snapshot: Snapshot, colours: Colours): string[] {
  const { stack, nowMs } = snapshot;
  const troubles = troublesOf(snapshot);
  const lead = `stack ${stack}: `;
  const verdict =
    troubles.length === 0
      ? verdictWithoutTroubles(snapshot)
      : `${counted(troubles.length, "thing")} not well`;
  const paint = (text: string) =>
    colours.bold(troubles.length === 0 ? colours.green(text) : colours.red(text));
  const space = " ".repeat(Math.max(2, width - lead.length - verdict.length - clock(nowMs).length));
  const shown = troubles.slice(0, maxTroubles).map((trouble) => fit(`  ${escapeControls(trouble)}`));
  const rest = troubles.length - shown.length;
  return [
    `${lead}${paint(verdict)}${space}${colours.dim(clock(nowMs))}`,
    ...shown.map((line) => colours.red(line)),
    ...(rest > 0 ? [colours.red(`  and ${showCount(rest)} more`)] : []),
  ];
}

/** The verdict on a stack without problems, long and short. */
const shortVerdicts = {
  "all is well": "well",
  "no trouble so far, nothing proved yet": "not proved yet",
  "nothing is known": "nothing is known",
};

/** A stack is called well only once the delivery is proved, or nothing was sent yet. */
function verdictWithoutTroubles({ state }: Snapshot): keyof typeof shortVerdicts {
  if (state === undefined) return "nothing is known";
  const { level } = verdictOf(state.overview.conservation, { gapCount: state.gapCount, clock: timeOfDay });
  return level === "busy" ? "no trouble so far, nothing proved yet" : "all is well";
}

/** One line for each role: the number of healthy containers, and all names. */
function containerLines({ containers }: Snapshot): string[] {
  const byRole = Map.groupBy(containers, ({ role }) => role);
  return [...byRole].map(([role, list]) => {
    const healthy = list.filter((container) => conditionOf(container) === "healthy").length;
    const names = listNames(list.map(({ name }) => name));
    return fact(role, `${`${healthy} of ${list.length}`.padEnd(14)}${names}`);
  });
}

/** All names if they fit, or `device-1 to device-1000`; names are sorted. */
function listNames(names: readonly string[]): string {
  const all = names.join(", ");
  return all.length <= maxNameLetters ? all : `${names[0]} to ${names.at(-1)}`;
}

function pipelineLines({ overview, lake, gapCount }: StateFrame, nowMs: number): string[] {
  const { text } = verdictOf(overview.conservation, { gapCount, clock: timeOfDay });
  return [
    fact("messages", rateFacts(overview)),
    fact("topics", topicFacts(overview)),
    ...consumerLines(overview.consumers),
    ...lakeLines(overview.lake, lake.minuteCount, nowMs),
    fact("proof", `${text.charAt(0).toLowerCase()}${text.slice(1)}`),
    fact("", deliveryCounts(overview.conservation)),
  ];
}

function rateFacts({ totals: { messagesPerSecond, devices, sensors, latencyMs } }: OverviewFrame): string {
  const late =
    latencyMs === null
      ? ""
      : `, seen after ${showDuration(latencyMs.p50)} (99 %: ${showDuration(latencyMs.p99)})`;
  return `${showRate(messagesPerSecond)}/s of ${showCounted(devices, "device")}, ${showCounted(sensors, "sensor")}${late}`;
}

function topicFacts({
  totals: { topics, partitions, messages, underReplicated, leaderless },
}: OverviewFrame): string {
  const sync =
    partitions < topics
      ? "not all known"
      : underReplicated + leaderless === 0
        ? "all in sync"
        : `${showCount(underReplicated)} not in sync, ${showCount(leaderless)} leaderless`;
  return `${showCount(topics)} with ${showCounted(partitions, "partition")}, ${showCounted(messages, "message")}, ${sync}`;
}

/** One line for each group: replicas share its lag, and each has a rate of its own. */
function consumerLines(consumers: readonly ConsumerFrame[]): string[] {
  const groups = [...Map.groupBy(consumers, ({ group }) => group)].flatMap(([group, members]) =>
    group === undefined ? [] : [members],
  );
  const shown = groups.slice(0, maxConsumers).map((members, index) => {
    const rates = members.map(({ messagesPerSecond }) => messagesPerSecond);
    const rate = rates.includes(null) ? "unknown" : showRate(sumOf(rates));
    const replicas = members.length === 1 ? "" : ` (${members.length} replicas)`;
    return fact(
      index === 0 ? "consumers" : "",
      `${members[0]?.name ?? ""}${replicas}: reads ${rate}/s, lag ${lagOf(members.slice(0, 1))}`,
    );
  });
  return groups.length > shown.length
    ? [...shown, fact("", `and ${showCount(groups.length - shown.length)} more`)]
    : shown;
}

/** The lag of all groups; each replica has the lag of its group. */
function lagOf(consumers: readonly ConsumerFrame[]): string {
  const groups = new Map(consumers.map(({ group, lag }) => [group, lag]));
  groups.delete(undefined);
  const known = [...groups.values()];
  return known.length === 0 || known.includes(null) ? "unknown" : showCount(sumOf(known));
}

const sumOf = (numbers: readonly (number | null)[]) =>
  numbers.reduce<number>((sum, each) => sum + (each ?? 0), 0);

function lakeLines(lake: LakeSummary | null, minutes: number, nowMs: number): string[] {
  if (lake === null) return [fact("lake", "there is no table yet")];
  const { version, rows, files, bytes, deadLetters, committedMs, rowsPerSecond, freshnessMs } = lake;
  const letters = deadLetters === 0 ? "no dead letters" : showCounted(deadLetters, "dead letter");
  const fresh =
    freshnessMs === null
      ? "unknown"
      : `${showDuration(freshnessMs.p50)} (90 %: ${showDuration(freshnessMs.p90)}, 99 %: ${showDuration(freshnessMs.p99)})`;
  return [
    fact(
      "lake",
      `${showCounted(rows, "row")} of ${showCounted(minutes, "minute")}, ${showRate(rowsPerSecond)}/s, ${letters}`,
    ),
    fact(
      "",
      `${showCounted(files, "file")}, ${showData(bytes)}; version ${version}, ${showDuration(Math.max(0, nowMs - committedMs))} ago`,
    ),
    fact("freshness", fresh),
  ];
}

function fact(label: string, text: string): string {
  return fit(`${label.padEnd(labelWidth)}${escapeControls(text)}`);
}

function fit(line: string): string {
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}

/** `2026-11-23 21:05:12 UTC` */
function clock(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Where all messages are: rows, dead letters, on the way; and how many rows are of messages that the topics do not have any more. */
function deliveryCounts({ inTopic, inTable, deadLetters }: ReconciliationTotals): string {
  const onTheWay = inTopic - inTable - deadLetters;
  const gone = -onTheWay;
  const parts = [
    showCounted(inTable, "row"),
    showCounted(deadLetters, "dead letter"),
    ...(onTheWay > 0 ? [`${showCount(onTheWay)} on the way`] : []),
    // The devices were removed, or retention removed the messages.
    ...(gone > 0 ? [`${showCount(gone)} no longer in topics`] : []),
  ];
  return `${showCounted(inTopic, "message")}: ${parts.join(", ")}`;
}

/** The snapshot as one line of JSON, for programs; times in milliseconds since 1970. */
export function statusJson(snapshot: Snapshot): string {
  const { stack, nowMs, containers, restarts, state, stateProblem } = snapshot;
  const troubles = troublesOf(snapshot);
  return JSON.stringify({
    stack,
    nowMs,
    healthy: troubles.length === 0,
    troubles,
    proof:
      state === undefined
        ? null
        : verdictOf(state.overview.conservation, { gapCount: state.gapCount, clock: timeOfDay }),
    containers: containers.map((container) => ({
      ...container,
      condition: conditionOf(container),
      ...restartsIn(restarts, container.name),
    })),
    state: state ?? null,
    ...(stateProblem !== undefined && { stateProblem }),
  });
}

function restartsIn(restarts: Snapshot["restarts"], name: string) {
  const found = restarts.find((one) => one.name === name);
  return found && { restarts: found.count, startedMs: found.startedMs };
}
