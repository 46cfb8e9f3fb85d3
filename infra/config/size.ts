import { z } from "zod";

const unitsBytes = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 } as const;
type Unit = keyof typeof unitsBytes;

/** One megabyte as Java's `-Xmx` and Docker's memory limits count it: 2^20 bytes. */
export const megabyteBytes = unitsBytes.m;

/**
 * Reads a size as users write it: `"512MB"`, `"1.5GB"`, `"100kB"`, `"64B"`. MB and MiB are the same, 2^20 bytes, because Java
 * (`-Xmx512m`), Docker and Kafka's own defaults count so. A number without a unit is no size: it would be read as bytes by
 * one and as megabytes by another.
 * @returns bytes, or undefined if it is no size.
 */
export function parseSizeBytes(source: unknown): number | undefined {
  if (typeof source !== "string") return undefined;
  const match = /^(\d+(?:\.\d+)?) ?(?:([kmgt])i?)?b$/i.exec(source.trim());
  if (match === null) return undefined;
  return Number(match[1]) * unitsBytes[(match[2]?.toLowerCase() ?? "b") as Unit];
}

/** Writes bytes the way a user would: the largest unit that leaves a whole number. */
export function showSizeBytes(bytes: number): string {
  const unit = (["t", "g", "m", "k"] as const).find((each) => bytes % unitsBytes[each] === 0 && bytes > 0);
  if (unit === undefined) return `${bytes}B`;
  return `${bytes / unitsBytes[unit]}${unit === "k" ? "k" : unit.toUpperCase()}B`;
}

/** A size of whole multiples of `step` within bounds; its output is in bytes. */
export const size = (minimumBytes: number, maximumBytes: number, step: SizeStep = "bytes") =>
  z.unknown().transform((source, context) => {
    const read = readSize(source, minimumBytes, maximumBytes, step);
    if (typeof read === "number") return read;
    context.addIssue(read);
    return z.NEVER;
  });

/** A size of whole bytes within bounds, or `"unlimited"`, whose output is -1, as Kafka writes it. */
export const sizeOrUnlimited = (minimumBytes: number, maximumBytes: number) =>
  z.unknown().transform((source, context) => {
    if (source === "unlimited") return -1;
    const read = readSize(source, minimumBytes, maximumBytes, "bytes");
    if (typeof read === "number") return read;
    context.addIssue(`${read}, or "unlimited"`);
    return z.NEVER;
  });

/** Of what a size must be a whole number. */
const stepBytes = { bytes: 1, megabytes: megabyteBytes } as const;
type SizeStep = keyof typeof stepBytes;

/** Reads a size in bytes; what to write instead if it is wrong. */
function readSize(
  source: unknown,
  minimumBytes: number,
  maximumBytes: number,
  step: SizeStep,
): number | string {
  const bytes = parseSizeBytes(source);
  if (bytes === undefined || bytes < minimumBytes || bytes > maximumBytes) {
    const bounds = `from ${showSizeBytes(minimumBytes)} to ${showSizeBytes(maximumBytes)}`;
    return `write a size such as "512MB", "1.5GB", ${bounds}`;
  }
  const rest = bytes % stepBytes[step];
  return rest === 0 ? bytes : `write it in whole ${step}, such as "${showSizeBytes(bytes - rest)}"`;
}
