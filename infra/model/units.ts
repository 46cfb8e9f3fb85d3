/** Durations and sizes as users write them and read them. */

const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type TimeUnit = keyof typeof unitsMs;

/**
 * Reads a duration as users write it: `"500ms"`, `"1s"`, `"5m"`, `"2h"`, `"1d"`, or a number of seconds.
 * @returns milliseconds; undefined if the value is not a duration.
 */
export function parseDurationMs(source: unknown): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(String(source).trim());
  if ((typeof source !== "string" && typeof source !== "number") || match === null) return undefined;
  const durationMs = Number(match[1]) * unitsMs[(match[2] ?? "s") as TimeUnit];
  // 1.005 s are 1004.9999999999999 ms in binary fractions.
  return Number(durationMs.toFixed(6));
}

/** Writes milliseconds as a user would: in the largest unit that leaves a whole number. */
export function showDurationMs(durationMs: number): string {
  const unit = (["d", "h", "m", "s"] as const).find((each) => durationMs % unitsMs[each] === 0) ?? "ms";
  return `${durationMs / unitsMs[unit]}${unit}`;
}

const unitsBytes = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 } as const;
type SizeUnit = keyof typeof unitsBytes;

/** One megabyte as Java's `-Xmx` and Docker's memory limits count it: 2^20 bytes. */
export const megabyteBytes = unitsBytes.m;

/**
 * Reads a size as users write it: `"512MB"`, `"1.5GB"`, `"100kB"`, `"64B"`. MB and MiB are the same, 2^20 bytes, because Java
 * (`-Xmx512m`), Docker and Kafka's own defaults count so. A number without a unit is not a size: one reader would take it for bytes
 * and another for megabytes.
 * @returns bytes; undefined if the value is not a size.
 */
export function parseSizeBytes(source: unknown): number | undefined {
  if (typeof source !== "string") return undefined;
  const match = /^(\d+(?:\.\d+)?) ?(?:([kmgt])i?)?b$/i.exec(source.trim());
  if (match === null) return undefined;
  return Number(match[1]) * unitsBytes[(match[2]?.toLowerCase() ?? "b") as SizeUnit];
}

/** Writes bytes as a user would: in the largest unit that leaves a whole number. */
export function showSizeBytes(bytes: number): string {
  const unit = (["t", "g", "m", "k"] as const).find((each) => bytes % unitsBytes[each] === 0 && bytes > 0);
  if (unit === undefined) return `${bytes}B`;
  return `${bytes / unitsBytes[unit]}${unit === "k" ? "k" : unit.toUpperCase()}B`;
}
