import { z } from "zod";

/** The form of times that {@link parseMomentMs} reads, for messages. */
export const momentExample = "2026-11-23T06:30:00Z";

/** Date, hours and minutes; seconds; their fraction; Z or what the time is ahead of UTC. */
const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)$/;
const withSeconds = z.iso.datetime({ offset: true });

/**
 * Reads a time by RFC 3339, of which seconds may be left out: `2026-11-23T06:30Z`, `2026-11-23T08:30:00.000250+02:00`. One without
 * its offset from UTC would be another time on each machine.
 * @returns milliseconds since 1970, with a fraction of them where the text has it; undefined if it is no such time.
 */
export function parseMomentMs(text: string): number | undefined {
  const [, minute = "", second = "00", fraction = "0", offset = ""] = form.exec(text) ?? [];
  const whole = `${minute}:${second}${offset}`;
  // Which also knows how many days a month has.
  if (!withSeconds.safeParse(whole).success) return undefined;
  return Date.parse(whole) + Number(`0.${fraction}e3`);
}

/**
 * Reads such a time, or a day in UTC, as a bound of observations, which are made in whole milliseconds: the first one that is not
 * before it.
 */
export function parseDayOrMomentMs(text: string): number | undefined {
  const timeMs = parseMomentMs(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00Z` : text);
  return timeMs === undefined ? undefined : Math.ceil(timeMs);
}
