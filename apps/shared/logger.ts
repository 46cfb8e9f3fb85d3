import { type Colours, coloursFor } from "./colours";
import { escapeControls } from "./text";

const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Whether lines of this level are written. Callers can avoid the work for lines that nobody reads. */
  writes(level: LogLevel): boolean;
}

export interface LoggerOptions {
  readonly app: string;
  readonly format: "pretty" | "json";
  readonly level?: LogLevel;
  readonly colours?: boolean;
  /** Receives each line, with its line feed. */
  readonly write: (line: string, level: LogLevel) => void;
  readonly now?: () => number;
}

/** Makes a logger that writes each message as a line for people (`pretty`) or a JSON object for machines (`json`). */
export function createLogger({
  app,
  format,
  level = "info",
  colours = false,
  write,
  now = Date.now,
}: LoggerOptions): Logger {
  const lowest = logLevels.indexOf(level);
  const paint = coloursFor(colours);
  const writes = (of: LogLevel) => logLevels.indexOf(of) >= lowest;
  const at = (of: LogLevel) => (message: string, fields?: LogFields) => {
    if (!writes(of)) return;
    const time = new Date(now()).toISOString();
    const line =
      format === "json"
        ? jsonLine(time, of, app, message, fields)
        : prettyLine(paint, time, of, message, fields);
    write(`${line}\n`, of);
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error"), writes };
}

function jsonLine(
  time: string,
  level: LogLevel,
  app: string,
  message: string,
  fields: LogFields = {},
): string {
  return JSON.stringify({ time, level, app, message, ...fields }, (_key, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value instanceof Error ? value.message : value,
  );
}

function prettyLine(
  paint: Colours,
  time: string,
  level: LogLevel,
  message: string,
  fields: LogFields = {},
): string {
  const shown = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${paint.dim(`${key}=`)}${showField(value)}`);
  const label = level.padEnd(5);
  const coloured = { debug: paint.dim, info: paint.cyan, warn: paint.yellow, error: paint.red }[level](label);
  return [paint.dim(time.slice(11, 23)), coloured, escapeControls(message), ...shown].join(" ");
}

function showField(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message);
  if (typeof value === "string") {
    return escapeControls(/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value));
  }
  if (typeof value === "bigint") return value.toString();
  const text: unknown = JSON.stringify(value);
  return typeof text === "string" ? escapeControls(text) : "?";
}
