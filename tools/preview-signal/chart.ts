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
  const drawn = plot(
    values.map((value, column): [number, number] => [column, value]),
    {
      width: values.length,
      height: rows,
      yRange: min === max ? [min - 1, max + 1] : [min, max],
      customYAxisTicks: [...marks.keys()],
      customXAxisTicks: [...moments.keys()],
      formatter: (value, { axis }) => (axis === "y" ? marks : moments).get(value) ?? "",
    },
  );
  return drawn
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .join("\n");
}
