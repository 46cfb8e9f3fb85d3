import {
  DuckDBArrayValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from "@duckdb/node-api";

/** How values are written: `people` see moments in UTC without saying so, `csv` says so. */
export type TextStyle = "people" | "csv";

/** A value as text; null is the empty text. */
export function valueText(value: DuckDBValue, style: TextStyle): string {
  if (value === null) return "";
  const time = timeText(value);
  if (time === undefined) return String(value);
  return style === "csv" ? time : time.replace("T", " ").replace("Z", "");
}

/** A value as JSON. Whole numbers have all their digits, however many; what JSON has no form for is a string. */
export function jsonText(value: DuckDBValue): string {
  if (value === null) return "null";
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "number")
    return Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
  if (value instanceof DuckDBDecimalValue) return value.toString();
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return `[${value.items.map(jsonText).join(",")}]`;
  }
  if (value instanceof DuckDBStructValue) return jsonObject(Object.entries(value.entries));
  if (value instanceof DuckDBMapValue) {
    return jsonObject(value.entries.map(({ key, value: held }) => [valueText(key, "csv"), held]));
  }
  return JSON.stringify(timeText(value) ?? String(value));
}

/** An object of JSON with its keys in their order. */
export function jsonObject(entries: readonly (readonly [string, DuckDBValue])[]): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${jsonText(value)}`).join(",")}}`;
}

const latestMs = 8_640_000_000_000_000n;

/** A time by ISO 8601, in UTC if it is a moment; undefined for all other values, and for times that Date cannot tell. */
function timeText(value: DuckDBValue): string | undefined {
  const isMoment = value instanceof DuckDBTimestampTZValue;
  if (!isMoment && !(value instanceof DuckDBTimestampValue)) return undefined;
  const { micros } = value;
  const beyond = ((micros % 1000n) + 1000n) % 1000n;
  const milliseconds = (micros - beyond) / 1000n;
  if (milliseconds > latestMs || milliseconds < -latestMs) return undefined;
  const text = new Date(Number(milliseconds)).toISOString().slice(0, -1);
  const digits = beyond === 0n ? "" : String(beyond).padStart(3, "0");
  return `${text}${digits}${isMoment ? "Z" : ""}`;
}
