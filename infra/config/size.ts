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

/** A size of whole multiples of `stepBytes` within bounds; its output is in bytes. */
export const size = (minimumBytes: number, maximumBytes: number, stepBytes = 1) =>
  z.unknown().transform((source, context) => {
    const bytes = sizeWithinBytes(source, minimumBytes, maximumBytes, stepBytes);
    if (bytes !== undefined) return bytes;
    context.addIssue(sizeRemedy(minimumBytes, maximumBytes));
    return z.NEVER;
  });

/** A size within bounds, or `"unlimited"`, whose output is -1, as Kafka writes it. */
export const sizeOrUnlimited = (minimumBytes: number, maximumBytes: number) =>
  z.unknown().transform((source, context) => {
    const bytes = source === "unlimited" ? -1 : sizeWithinBytes(source, minimumBytes, maximumBytes, 1);
    if (bytes !== undefined) return bytes;
    context.addIssue(`${sizeRemedy(minimumBytes, maximumBytes)}, or "unlimited"`);
    return z.NEVER;
  });

function sizeWithinBytes(
  source: unknown,
  minimumBytes: number,
  maximumBytes: number,
  stepBytes: number,
): number | undefined {
  const bytes = parseSizeBytes(source);
  return bytes !== undefined && bytes % stepBytes === 0 && bytes >= minimumBytes && bytes <= maximumBytes
    ? bytes
    : undefined;
}

function sizeRemedy(minimumBytes: number, maximumBytes: number): string {
  const bounds = `from ${showSizeBytes(minimumBytes)} to ${showSizeBytes(maximumBytes)}`;
  return `write a size such as "512MB", "1.5GB", ${bounds}`;
}
