import { dayMs, minuteMs } from "../../apps/shared/contract/duration";
import type { Span } from "./sampling";

/** Writes a moment in UTC as finely as a picture of a span needs it. */
export function showMoment(timeMs: number, { lengthMs }: Span): string {
  const iso = new Date(timeMs).toISOString();
  if (lengthMs > 2 * dayMs) return `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
  if (lengthMs < minuteMs) return iso.slice(14, 23);
  return lengthMs < 30 * minuteMs ? iso.slice(11, 19) : iso.slice(11, 16);
}

/** Decimals by which numbers of a range differ visibly; never more than the sensor has. */
export function decimalsOf(min: number, max: number, precision: number | undefined): number {
  const size = max === min ? Math.abs(max) || 1 : max - min;
  const needed = Math.min(Math.max(2 - Math.floor(Math.log10(size)), 0), 15);
  return Math.min(needed, precision ?? 15);
}

/** Writes a number with so many decimals; what is rounded to nothing has no sign. */
export function showNumber(value: number, decimals: number): string {
  return value.toFixed(decimals).replace(/^-(0(?:\.0*)?)$/, "$1");
}
