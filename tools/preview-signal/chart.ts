import { plot } from "simple-ascii-chart";
import type { Sampled, Span } from "./sampling";
import { dayMs, minuteMs } from "../../contract/values/fields";

const height = 8;
const quarters = [0, 0.25, 0.5, 0.75, 1];
/** Columns for the axis itself and the free space at both ends, beside the curve and the numbers. */
const axisColumns = 4;

/** How many columns of a terminal the curve can have beside the marks at its left and below. */
export function curveColumns(width: number, span: Span, marks: readonly string[]): number {
  // A moment ends below its mark, so the first moment can begin left of the axis.
  const left = Math.max(showMoment(span.fromMs, span).length - 2, ...marks.map((mark) => mark.length));
  return Math.max(width - axisColumns - left, 20);
}

/** Draws a curve with characters, with the marks of its axis of values and five moments below. */
export function chart(
  { values, labels, min, max }: Sampled,
  span: Span,
  marks: ReadonlyMap<number, string>,
): string {
  const last = values.length - 1;
  // Moments are at the columns that are nearest to whole quarters of the span.
  const moments = new Map(
    quarters.map((part) => [Math.round(part * last), showMoment(span.fromMs + part * span.lengthMs, span)]),
  );
  const rows = min === max ? 3 : labels.size > 1 ? Math.min(2 * labels.size - 1, 2 * height) : height;
  // The library adds and subtracts values, and would overflow with the largest.
  const heightOf = (value: number) => (min === max ? 0 : shareOf(value, min, max));
  const markAt = new Map([...marks].map(([value, mark]) => [heightOf(value), mark]));
  const drawn = plot(
    values.map((value, column): [number, number] => [column, heightOf(value)]),
    {
      width: values.length,
      height: rows,
      yRange: min === max ? [-1, 1] : [0, 1],
      customYAxisTicks: [...markAt.keys()],
      customXAxisTicks: [...moments.keys()],
      formatter: (value, { axis }) => (axis === "y" ? markAt : moments).get(value) ?? "",
    },
  );
  return drawn
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .join("\n");
}

/** The position of a value between two others: 0 at `min`, 1 at `max`. Their difference may overflow. */
function shareOf(value: number, min: number, max: number): number {
  const range = max - min;
  return Number.isFinite(range) ? (value - min) / range : (value / 2 - min / 2) / (max / 2 - min / 2);
}

/** The middle of two numbers. */
export function middleOf(min: number, max: number): number {
  const sum = min + max;
  return Number.isFinite(sum) ? sum / 2 : min / 2 + max / 2;
}

/** Writes a moment in UTC with the precision that a picture of the span needs. */
export function showMoment(timeMs: number, { lengthMs }: Span): string {
  const iso = new Date(timeMs).toISOString();
  if (lengthMs > 2 * dayMs) return `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
  if (lengthMs < minuteMs) return iso.slice(14, 23);
  return lengthMs < 30 * minuteMs ? iso.slice(11, 19) : iso.slice(11, 16);
}

/** The most decimals that people can compare. */
const maxDecimals = 15;
const maxPlain = 1e15;

/** The decimals that make numbers of a range visibly different, at most those of the sensor. */
export function decimalsOf(min: number, max: number, precision: number | undefined): number {
  const size = max === min ? Math.abs(max) || 1 : max - min;
  const needed = Math.max(2 - Math.floor(Math.log10(size)), 0);
  return Math.min(needed, precision ?? Infinity);
}

/**
 * Writes a number with this many decimals. A number that is rounded to 0 has no sign. A very large number, and a very small one that would need
 * too many decimals, has an exponent.
 */
export function showNumber(value: number, decimals: number): string {
  const isTiny = decimals > maxDecimals && Math.abs(value) < 10 ** -maxDecimals * 100;
  if (value !== 0 && (isTiny || Math.abs(value) >= maxPlain)) return value.toExponential(3);
  return withDecimals(value, Math.min(decimals, maxDecimals));
}

function withDecimals(value: number, decimals: number): string {
  return value.toFixed(decimals).replace(/^-(0(?:\.0*)?)$/, "$1");
}
