import { z } from "zod";

const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof unitsMs;

/**
 * Reads a duration as users write it: `"500ms"`, `"1s"`, `"5m"`, `"2h"`, `"1d"`, or a number of seconds.
 * @returns milliseconds, or undefined if it is no duration.
 */
export function parseDurationMs(source: unknown): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(String(source).trim());
  if ((typeof source !== "string" && typeof source !== "number") || match === null) return undefined;
  const durationMs = Number(match[1]) * unitsMs[(match[2] ?? "s") as Unit];
  // 1.005 s are 1004.9999999999999 ms in binary fractions.
  return Number(durationMs.toFixed(6));
}

/** Writes milliseconds the way a user would: the largest unit that leaves a whole number. */
export function showDurationMs(durationMs: number): string {
  const unit = (["d", "h", "m", "s"] as const).find((each) => durationMs % unitsMs[each] === 0) ?? "ms";
  return `${durationMs / unitsMs[unit]}${unit}`;
}

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
