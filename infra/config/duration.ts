import { z } from "zod";
import { parseDurationMs, showDurationMs } from "../model/units";

/** A duration of whole milliseconds within bounds; its output is in milliseconds. */
export const duration = (minimumMs: number, maximumMs: number) =>
  z.unknown().transform((source, context) => {
    const read = readDuration(source, minimumMs, maximumMs);
    if (typeof read === "number") return read;
    context.addIssue(read);
    return z.NEVER;
  });

/** A duration of whole milliseconds within bounds, or `"never"`, whose output is 0. */
export const durationOrNever = (minimumMs: number, maximumMs: number) =>
  durationOr("never", 0, minimumMs, maximumMs);

/** A duration of whole milliseconds within bounds, or `"forever"`, whose output is -1, as Kafka writes it. */
export const durationOrForever = (minimumMs: number, maximumMs: number) =>
  durationOr("forever", -1, minimumMs, maximumMs);

const durationOr = (word: string, wordMs: number, minimumMs: number, maximumMs: number) =>
  z.unknown().transform((source, context) => {
    if (source === word) return wordMs;
    const read = readDuration(source, minimumMs, maximumMs);
    if (typeof read === "number") return read;
    context.addIssue(`${read}, or "${word}"`);
    return z.NEVER;
  });

/** Reads a duration in milliseconds; what to write instead if it is wrong. */
function readDuration(source: unknown, minimumMs: number, maximumMs: number): number | string {
  const durationMs = parseDurationMs(source);
  if (durationMs === undefined || durationMs < minimumMs || durationMs > maximumMs) {
    const bounds = `from ${showDurationMs(minimumMs)} to ${showDurationMs(maximumMs)}`;
    return `write a duration such as "500ms", "1s", "5m", or a number of seconds, ${bounds}`;
  }
  return Number.isInteger(durationMs)
    ? durationMs
    : `write it in whole milliseconds, such as "${showDurationMs(Math.floor(durationMs))}"`;
}
