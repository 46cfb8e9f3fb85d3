import { showBytes } from "../../apps/consumers/lake/text";
import { partitionOfApp } from "../../apps/consumers/lake/offsets";
import { escapeControls, showDuration } from "../../apps/shared/text";
import { table } from "../setup/containers.mjs";
import type { Row } from "./newest-rows";
import type { Snapshot } from "./snapshot";

/** What a person wants to know of the table at a glance. */
export function describeTable(container: string, { state, files }: Snapshot, now: number): string {
  const rows = files.reduce((sum, file) => sum + (file.rows ?? 0), 0);
  const bytes = files.reduce((sum, { add }) => sum + add.size, 0);
  const uncounted = files.filter((file) => file.rows === undefined).length;
  const average = files.length === 0 ? "" : `, ${showBytes(bytes / files.length)} on average`;
  return table([
    ["table", `${state.metadata.name ?? "unnamed"}, in ${container}`],
    ["version", `${state.version}, committed ${showCommit(state.commitInfo?.timestamp, now)}`],
    [
      "rows",
      `${rows.toLocaleString("en")}${uncounted > 0 ? ` and those of ${uncounted} files without a count` : ""}`,
    ],
    ["files", `${files.length.toLocaleString("en")}, ${showBytes(bytes)}${average}`],
    ...topics(state.transactions).map(([topic, read]) => ["topic", `${topic}: ${read}`]),
  ]);
}

function topics(transactions: ReadonlyMap<string, number>): [string, string][] {
  const byTopic = new Map<string, number[]>();
  for (const [appId, next] of transactions) {
    const partition = partitionOfApp(appId);
    if (partition !== undefined)
      byTopic.set(partition.topic, [...(byTopic.get(partition.topic) ?? []), next]);
  }
  return [...byTopic]
    .sort(([one], [other]) => one.localeCompare(other, "en", { numeric: true }))
    .map(([topic, offsets]) => {
      const read = offsets.reduce((sum, next) => sum + next, 0);
      const places = offsets.length === 1 ? "" : ` of ${offsets.length} partitions`;
      return [topic, `${read.toLocaleString("en")} messages${places} are in`];
    });
}

const shownColumns = [
  "timestamp",
  "device",
  "sensor_name",
  "value",
  "label",
  "seq",
  "kafka_topic",
  "kafka_partition",
  "kafka_offset",
];
const numbers = ["value", "seq", "kafka_partition", "kafka_offset"];

/** Rows as an aligned table with a head. */
export function describeRows(rows: readonly Row[]): string {
  const cells = rows.map((row) => shownColumns.map((column) => showValue(row[column])));
  const widths = shownColumns.map((column, at) =>
    Math.max(column.length, ...cells.map((row) => row[at]?.length ?? 0)),
  );
  const aligned = cells.map((row) =>
    row.map((cell, at) => (numbers.includes(shownColumns[at] ?? "") ? cell.padStart(widths[at] ?? 0) : cell)),
  );
  return table([shownColumns, ...aligned]);
}

function showValue(value: unknown): string {
  if (value instanceof Date) return value.toISOString().replace("T", " ").replace("Z", "");
  if (typeof value === "string") return escapeControls(value);
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : value.toPrecision(7);
  return typeof value === "bigint" ? value.toString() : "";
}

function showCommit(timestamp: number | undefined, now: number): string {
  if (timestamp === undefined) return "at an unknown time";
  const at = `${new Date(timestamp).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return `${showDuration(Math.max(0, now - timestamp))} ago (${at})`;
}
