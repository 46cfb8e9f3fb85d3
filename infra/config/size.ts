import { z } from "zod";
import { megabyteBytes, parseSizeBytes, showSizeBytes } from "../model/units";

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
