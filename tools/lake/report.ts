import { counted, escapeControls, shorten, showBytes, showDuration } from "../../apps/shared/text";
import { table } from "../setup/containers.mjs";
import { AlignedColumns } from "./output/columns";
import type { TopicLag } from "./kafka-offsets";
import type { Row } from "./newest-rows";
import type { Checkpoint, TableSnapshot } from "./table/snapshot";
import type { LakeSnapshot } from "./stack-lake";

/** More topics are summed up in one line. */
const maxTopics = 20;

/** An overview of the lake, for people. */
export function describeLake(
  { bronze, deadLetters }: LakeSnapshot,
  topics: readonly TopicLag[],
  now: number,
): string {
  const { state, files, checkpoint } = bronze;
  const bytes = files.reduce((sum, { add }) => sum + add.size, 0);
  const average = files.length === 0 ? "" : `, ${showBytes(bytes / files.length)} on average`;
  return table([
    ["table", `${shown(state.metadata.name ?? "unnamed")}, in ${bronze.table.location}`],
    ["version", `${state.version}, committed ${showTime(state.commitInfo?.timestamp, now)}`],
    ["commits", count(state.version + 1)],
    ["checkpoint", showCheckpoint(checkpoint, now)],
    ["rows", showRows(bronze)],
    ["files", `${count(files.length)}, ${showBytes(bytes)}${average}`],
    ["dead letters", deadLetters === undefined ? "none" : showRows(deadLetters)],
    ...showTopics(topics).map((line) => ["topic", line]),
    ...(topics.some(({ lag }) => lag === "unknown") ? [["lag", "unknown (no broker answers)"]] : []),
  ]);
}

/** A text from outside, shortened for one line. */
const shown = (text: string) => shorten(escapeControls(shorten(text)));

const count = (number: number) => number.toLocaleString("en");

function showRows({ files }: TableSnapshot): string {
  const rows = files.reduce((sum, file) => sum + (file.rows ?? 0), 0);
  const uncounted = files.filter((file) => file.rows === undefined).length;
  return `${count(rows)}${uncounted > 0 ? ` and those of ${counted(uncounted, "file")} without a count` : ""}`;
}

function showCheckpoint(checkpoint: Checkpoint | undefined, now: number): string {
  if (checkpoint === undefined) return "none yet";
  return `version ${checkpoint.version}, written ${showTime(checkpoint.writtenMs, now)}`;
}

function showTopics(topics: readonly TopicLag[]): string[] {
  if (topics.length <= maxTopics) return topics.map(showTopic);
  const read = topics.reduce((sum, topic) => sum + topic.read, 0);
  const lag = topics.reduce((sum, topic) => sum + (typeof topic.lag === "number" ? topic.lag : 0), 0);
  const known = topics.some((topic) => typeof topic.lag === "number");
  return [
    `${count(topics.length)} topics: ${count(read)} messages are in${known ? `, lag ${count(lag)}` : ""}`,
  ];
}

function showTopic({ topic, partitions, read, lag }: TopicLag): string {
  const places = partitions === 1 ? "" : ` of ${partitions} partitions`;
  const shown = {
    unknown: "",
    "no such topic": ", the topic has gone",
    "another topic": ", the topic now ends before that: it was created again",
  };
  return `${topic}: ${count(read)} messages${places} are in${typeof lag === "number" ? `, lag ${count(lag)}` : shown[lag]}`;
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

/** Rows as an aligned table with a heading. */
export function describeRows(rows: readonly Row[]): string {
  const cells = rows.map((row) => shownColumns.map((column) => showValue(row[column])));
  const right = shownColumns.map((column) => numbers.includes(column));
  return new AlignedColumns(shownColumns, right, cells).lines([shownColumns, ...cells]).trimEnd();
}

function showValue(value: unknown): string {
  if (value instanceof Date) return value.toISOString().replace("T", " ").replace("Z", "");
  if (typeof value === "string") return shown(value);
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : value.toPrecision(7);
  return typeof value === "bigint" ? value.toString() : "";
}

function showTime(timestamp: number | undefined, now: number): string {
  // Another program may have written any number.
  if (timestamp === undefined || Number.isNaN(new Date(timestamp).getTime())) return "at an unknown time";
  const at = `${new Date(timestamp).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return `${showDuration(Math.max(0, now - timestamp))} ago (${at})`;
}
