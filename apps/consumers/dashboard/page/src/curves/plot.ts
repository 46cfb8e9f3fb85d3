import uPlot from "uplot";
import { formatClock, formatShortCount, formatValue } from "../format";
import { colourOf } from "../theme";

/** How much room a curve has: `small` in a device's card, `large` where the device is alone. */
export type CurveSize = "small" | "large";

/** Colours of a device's sensors, in their order. */
export const seriesColours = 6;

/** The style's variable of a sensor's colour. */
function seriesColour(series: number): string {
  return `--series-${(series % seriesColours) + 1}`;
}

const font = "11px system-ui, sans-serif";
const timeAxisPixels = 20;

/** Creates a plot that fills an element. */
export function makePlot(host: HTMLElement, options: Omit<uPlot.Options, "width" | "height">): uPlot {
  return new uPlot({ ...options, width: host.clientWidth, height: host.clientHeight }, undefined, host);
}

const common = {
  ms: 1,
  legend: { show: false },
} as const satisfies Partial<uPlot.Options>;

function timeAxis(isShown: boolean): uPlot.Axis {
  return {
    show: isShown,
    size: timeAxisPixels,
    gap: 4,
    space: 76,
    font,
    stroke: () => colourOf("--text-faint"),
    grid: { stroke: () => colourOf("--line-faint"), width: 1 },
    ticks: { show: false },
    values: (plot, splits, _axis, _space, stepMs) =>
      splits.map((timeMs) => {
        // A text that ends beyond the plot would be cut off.
        const room = plot.bbox.width / devicePixelRatio - plot.valToPos(timeMs, "x");
        const text = stepMs < 60_000 ? formatClock(timeMs) : formatClock(timeMs).slice(0, 5);
        return room < text.length * 3 ? "" : text;
      }),
  };
}

function valueAxis(widthPixels: number, space: number, text: (value: number) => string): uPlot.Axis {
  return {
    size: widthPixels,
    gap: 4,
    space,
    font,
    stroke: () => colourOf("--text-faint"),
    grid: { stroke: () => colourOf("--line-faint"), width: 1 },
    ticks: { show: false },
    values: (_plot, splits) => splits.map(text),
  };
}

/** The range of a curve with a little room; a flat curve lies in the middle. */
function padded(low: number | null, high: number | null): uPlot.Range.MinMax {
  if (low === null || high === null) return [0, 1];
  const padding = high > low ? (high - low) * 0.1 : Math.max(Math.abs(high) * 0.1, 0.5);
  return [low - padding, high + padding];
}

/** The options of a sensor's curve. */
export function curveOptions({
  series,
  size,
  hasTimes,
  isStepped,
  syncKey,
  onHover,
}: {
  readonly series: number;
  readonly size: CurveSize;
  readonly hasTimes: boolean;
  readonly isStepped: () => boolean;
  /** Curves with the same key share a cursor. */
  readonly syncKey: string;
  readonly onHover: (index: number | undefined) => void;
}): Omit<uPlot.Options, "width" | "height"> {
  const variable = seriesColour(series);
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const linear = uPlot.paths.linear?.();
  return {
    ...common,
    padding: [4, 2, hasTimes ? 0 : 4, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 6, width: 0, fill: () => colourOf(variable) },
      sync: { key: `device ${syncKey}`, scales: ["x", null] },
    },
    scales: {
      x: { time: true, range: (_plot, low, high) => [low, high] },
      y: { range: (_plot, low, high) => padded(low, high) },
    },
    axes: [
      timeAxis(hasTimes),
      valueAxis(size === "small" ? 42 : 52, size === "small" ? 16 : 30, (value) =>
        // Named values have no values between them.
        isStepped() && !Number.isInteger(value) ? "" : formatValue(value),
      ),
    ],
    series: [
      {},
      {
        stroke: () => colourOf(variable),
        fill: () => colourOf(`${variable}-fill`),
        width: 1.5,
        points: { show: (plot) => plot.data[0].length < 3 },
        paths: (plot, index, from, to) => (isStepped() ? stepped : linear)?.(plot, index, from, to) ?? null,
      },
    ],
    hooks: { setCursor: [({ cursor }) => onHover(cursor.idx ?? undefined)] },
  };
}

/** The options of a line of counts over time, from 0 up. */
export function countOptions(variable: string): Omit<uPlot.Options, "width" | "height"> {
  return {
    ...common,
    padding: [6, 4, 0, 0],
    cursor: { show: false },
    scales: {
      x: { time: true, range: (_plot, low, high) => [low, high] },
      y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.15)] },
    },
    axes: [
      timeAxis(true),
      valueAxis(46, 30, (count) => (count < 10 ? formatValue(count) : formatShortCount(count))),
    ],
    series: [
      {},
      {
        stroke: () => colourOf(variable),
        fill: () => colourOf(`${variable}-fill`),
        width: 1.5,
        points: { show: false },
      },
    ],
  };
}

/** The options of counts by minute: bars from 0 up. */
export function barOptions(variable: string): Omit<uPlot.Options, "width" | "height"> {
  const options = countOptions(variable);
  const [times, bars] = options.series;
  const paths = uPlot.paths.bars?.({ size: [0.7, 40], align: 1, radius: 0.15 });
  return {
    ...options,
    series: [times ?? {}, { ...bars, width: 0, fill: () => colourOf(variable), ...(paths && { paths }) }],
  };
}
