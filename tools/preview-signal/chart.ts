import { plot } from "simple-ascii-chart";
import { showMoment } from "./axis";
import type { Sampled, Span } from "./sampling";

const height = 8;
const quarters = [0, 0.25, 0.5, 0.75, 1];
/** What the axes take beside the curve and the numbers: the axis itself, and what is left free at both ends. */
const axisColumns = 4;

/** How many columns are left for the curve in a terminal so wide, given what stands at its left and below. */
export function curveColumns(width: number, span: Span, marks: readonly string[]): number {
  // A moment ends below its mark, so that the first can stand out to the left of the axis.
  const left = Math.max(showMoment(span.fromMs, span).length - 2, ...marks.map((mark) => mark.length));
  return Math.max(width - axisColumns - left, 20);
}

/** Draws a curve by characters, with the marks of its axis of values and five moments below. */
export function chart(
  { values, labels, min, max }: Sampled,
  span: Span,
  marks: ReadonlyMap<number, string>,
): string {
  const last = values.length - 1;
  // At the columns that are nearest to whole quarters of the span.
  const moments = new Map(
    quarters.map((part) => [Math.round(part * last), showMoment(span.fromMs + part * span.lengthMs, span)]),
  );
  const rows = min === max ? 3 : labels.size > 1 ? Math.min(2 * labels.size - 1, 2 * height) : height;
  // The library adds and subtracts values, and would get infinity of the largest.
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

/** Where a value lies between two others: 0 at `min`, 1 at `max`. Their difference may be too large for a number. */
function shareOf(value: number, min: number, max: number): number {
  const range = max - min;
  return Number.isFinite(range) ? (value - min) / range : (value / 2 - min / 2) / (max / 2 - min / 2);
}

/** The number in the middle of two others. */
export function middleOf(min: number, max: number): number {
  const sum = min + max;
  return Number.isFinite(sum) ? sum / 2 : min / 2 + max / 2;
}
