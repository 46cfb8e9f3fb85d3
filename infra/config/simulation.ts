import { z } from "zod";
import { dayMs, secondMs, yearMs } from "../../contract/values/fields";
import { parseDayOrMomentMs } from "../../contract/values/moment";
import { parseDurationMs } from "../model/units";
import { wholeNumber } from "./whole-number";

/** The longest history that devices send. */
export const longestHistoryMs = 10 * yearMs;

const seedRemedy = "write a whole number, or a text of 1 to 100 characters";

/** What all random values of a stack come from. */
export const SeedSpec = z
  .union([z.int(), z.string().min(1, seedRemedy).max(100, seedRemedy)], seedRemedy)
  .transform(String);

/** Where devices' history begins: so long before their first start, or at a time. */
export type BackfillSpec = { readonly lengthMs: number } | { readonly fromMs: number };

const backfillRemedy = `write a duration from 1s to ${longestHistoryMs / dayMs}d, such as "24h" or "7d", or a time in the past such as "2026-11-23T00:00:00Z"`;

/** The configuration's key `backfill`; whether a time is in the past is for who knows the time. */
export const BackfillSpec = z.unknown().transform((source, context): BackfillSpec => {
  const lengthMs = parseDurationMs(source);
  if (lengthMs !== undefined && lengthMs >= secondMs && lengthMs <= longestHistoryMs)
    return { lengthMs: Math.round(lengthMs) };
  const fromMs = typeof source === "string" ? parseDayOrMomentMs(fromYaml(source)) : undefined;
  if (fromMs !== undefined) return { fromMs };
  context.addIssue(backfillRemedy);
  return z.NEVER;
});

/** Pulumi hands on a time that stands in YAML without quotes as Go writes times: `2026-11-23 00:00:00 +0000 UTC`. */
function fromYaml(source: string): string {
  return source.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d) \S+$/, "$1T$2$3:$4");
}

/** How much faster than the clock the devices' time runs. */
export const SpeedSpec = wholeNumber(1, 10_000);

/** Messages a second that all devices together send at most. */
export const MaxRateSpec = wholeNumber(1, 10_000_000);
