import { decimalsOf, showMoment, showNumber } from "../preview-signal/chart";
import type { Sampled, Span } from "../preview-signal/sampling";

/** How values are drawn: a line through them, steps from one to the next, or dots. */
export type Stroke = "line" | "steps" | "dots";

/** The curve of one sensor. */
export interface Panel {
  readonly title: string;
  readonly sampled: Sampled;
  readonly span: Span;
  readonly stroke: Stroke;
  readonly precision: number | undefined;
}

const width = 760;
const left = 84;
const right = 16;
const top = 24;
const curveHeight = 96;
const panelHeight = top + curveHeight + 26;

/** The number of values that fit into a panel. */
export const panelValues = 360;

/** Readable on light and on dark pages: greys with contrast to both, and a curve that is lighter on dark pages. */
const style = `
  text { font: 12px system-ui, sans-serif; fill: #57606a }
  .title { font-weight: 600; fill: #24292f }
  .axis { stroke: #8c959f; stroke-opacity: 0.5 }
  .curve { fill: none; stroke: #0969da; stroke-width: 1.5; stroke-linejoin: round }
  .dots { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1 }
    .title { fill: #f0f6fc }
    .curve { stroke: #4493f8 }
    .dots { fill: #4493f8 }
  }
`;

/** Draws the curves of sensors as an SVG picture, one below the other. */
export function picture(panels: readonly Panel[]): string {
  const height = panels.length * panelHeight;
  const drawn = panels.map((each, index) => panel(each, index * panelHeight));
  const alternative = escaped(panels.map(({ title }) => title).join("; "));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${alternative}">`,
    `<style>${style}</style>`,
    ...drawn,
    "</svg>\n",
  ].join("\n");
}

function panel({ title, sampled, span, stroke, precision }: Panel, offset: number): string {
  const bottom = offset + top + curveHeight;
  const { min, max } = sampled;
  const x = (part: number) => short(left + part * (width - left - right));
  const y = (value: number) =>
    short(bottom - (max === min ? 0.5 : (value - min) / (max - min)) * curveHeight);
  const marks = marksOf(sampled, precision).map(
    ([value, text]) =>
      `<line class="axis" x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}"/>` +
      `<text x="${left - 8}" y="${y(value) + 4}" text-anchor="end">${escaped(text)}</text>`,
  );
  const moments = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const anchor = part === 0 ? "start" : part === 1 ? "end" : "middle";
    const moment = showMoment(span.fromMs + part * span.lengthMs, span);
    return `<text x="${x(part)}" y="${bottom + 16}" text-anchor="${anchor}">${moment}</text>`;
  });
  const heading = `<text class="title" x="${left}" y="${offset + 16}">${escaped(title)}</text>`;
  return [heading, ...marks, ...moments, curve(sampled.values, stroke, x, y)].join("\n");
}

function curve(
  values: readonly number[],
  stroke: Stroke,
  x: (part: number) => number,
  y: (value: number) => number,
): string {
  const points = values.map((value, index) => [x(index / (values.length - 1)), y(value)] as const);
  if (stroke === "dots") {
    const dots = points.map(([across, down]) => `<circle cx="${across}" cy="${down}" r="1.6"/>`).join("");
    return `<g class="dots">${dots}</g>`;
  }
  const path = points.map(([across, down], index) => {
    if (index === 0) return `M${across} ${down}`;
    return stroke === "line" ? `L${across} ${down}` : `H${across}V${down}`;
  });
  return `<path class="curve" d="${path.join("")}"/>`;
}

/** The marks of the axis of values: the names of named values, otherwise minimum and maximum. */
function marksOf(
  { min, max, labels }: Sampled,
  precision: number | undefined,
): (readonly [number, string])[] {
  if (labels.size > 0) return [...labels];
  const decimals = decimalsOf(min, max, precision);
  return [...new Set([min, max])].map((value) => [value, showNumber(value, decimals)]);
}

const short = (coordinate: number) => Math.round(coordinate * 10) / 10;

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
