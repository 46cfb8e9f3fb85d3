import { dayMs, minuteMs } from "../../contract/values/fields";
import type { Span } from "./sampling";

/** Writes a moment in UTC as finely as a picture of a span needs it. */
export function showMoment(timeMs: number, { lengthMs }: Span): string {
  const iso = new Date(timeMs).toISOString();
  if (lengthMs > 2 * dayMs) return `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
  if (lengthMs < minuteMs) return iso.slice(14, 23);
  return lengthMs < 30 * minuteMs ? iso.slice(11, 19) : iso.slice(11, 16);
}

/** Beyond these nobody counts digits. */
const maxDecimals = 15;
const maxPlain = 1e15;

/** Decimals by which numbers of a range differ visibly; never more than the sensor has. */
export function decimalsOf(min: number, max: number, precision: number | undefined): number {
  const size = max === min ? Math.abs(max) || 1 : max - min;
  const needed = Math.max(2 - Math.floor(Math.log10(size)), 0);
  return Math.min(needed, precision ?? Infinity);
}

/**
 * Writes a number with so many decimals; what is rounded to nothing has no sign. Very large ones, and very small ones where that takes more
 * decimals than anybody counts, have an exponent.
 */
export function showNumber(value: number, decimals: number): string {
  const isTiny = decimals > maxDecimals && Math.abs(value) < 10 ** -maxDecimals * 100;
  if (value !== 0 && (isTiny || Math.abs(value) >= maxPlain)) return value.toExponential(3);
  return withDecimals(value, Math.min(decimals, maxDecimals));
}

function withDecimals(value: number, decimals: number): string {
  return value.toFixed(decimals).replace(/^-(0(?:\.0*)?)$/, "$1");
}
