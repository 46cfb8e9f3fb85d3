import { z } from "zod";

/** An example of the times that {@link parseMomentMs} reads, for messages. */
export const momentExample = "2026-11-23T06:30:00Z";

/** Date, hours and minutes; seconds; their fraction; Z or the offset from UTC. */
const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)$/;
const withSeconds = z.iso.datetime({ offset: true });

/**
 * Reads a time by RFC 3339; the seconds are optional: `2026-11-23T06:30Z`, `2026-11-23T08:30:00.000250+02:00`. The offset from UTC is
 * required, because otherwise the time would differ between machines.
 * @returns milliseconds since 1970, with a fraction if the text has one; undefined if the text is not such a time
 */
export function parseMomentMs(text: string): number | undefined {
  const [, minute = "", second = "00", fraction = "0", offset = ""] = form.exec(text) ?? [];
  const whole = `${minute}:${second}${offset}`;
  // It also checks how many days the month has.
  if (!withSeconds.safeParse(whole).success) return undefined;
  return Date.parse(whole) + Number(`0.${fraction}e3`);
}

/**
 * Reads such a time, or a day in UTC, as the start of observations. These have whole milliseconds, so the result is the first whole
 * millisecond that is not before the time.
 */
export function parseDayOrMomentMs(text: string): number | undefined {
  const timeMs = parseMomentMs(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00Z` : text);
  return timeMs === undefined ? undefined : Math.ceil(timeMs);
}
