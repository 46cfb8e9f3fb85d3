import type { Colours } from "../../shared/colours";
import type { Observation } from "../../../contract/messages/observation";
import { escapeControls, shorten } from "../../shared/text";

/** An observation as it was read, and how long it took from the sensor to here. */
export interface Received {
  readonly observation: Observation;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly latencyMs: number;
}

/** Writes one received observation as one line, with its line feed. */
export type LineWriter = (received: Received) => string;

const widestColumn = 40;
const fastBelowMs = 500;
const slowFromMs = 5000;

/** Aligned columns for people; a column grows with the longest name it has shown. */
export function prettyLines(paint: Colours, firstNames: readonly string[] = []): LineWriter {
  const device = column([...firstNames, "device-1"]);
  const sensor = column(["sensor_1"]);
  const unit = column([""]);
  return ({ observation, latencyMs }) => {
    const label = observation.label === undefined ? "" : `  ${shown(observation.label)}`;
    return (
      [
        paint.dim(clockTime(observation.timestamp)),
        colourOf(observation.device, paint)(device(observation.device)),
        sensor(observation.sensor),
        paint.bold(showNumber(observation.value).padStart(12)) + unit(besideNumber(observation.unit)),
        latencyColour(latencyMs, paint)(showLatency(latencyMs).padStart(9)),
      ].join("  ") + `${label}\n`
    );
  };
}

/** One JSON object a line, for machines; without what is nothing but length. */
export const jsonLine: LineWriter = ({ observation: { padding: _, ...observation }, ...rest }) =>
  `${JSON.stringify({ ...observation, ...rest })}\n`;

/** Writes a latency in at most nine characters: `12 ms`, `4.7 s`, `3.2 min`, `5.1 h`. */
export function showLatency(ms: number): string {
  const size = Math.abs(ms);
  if (size < 1000) return `${Math.round(ms)} ms`;
  if (size < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (size < 3_600_000) return `${(ms / 60_000).toFixed(1)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

function besideNumber(unit: string | undefined): string {
  return unit === undefined ? "" : ` ${unit}`;
}

function showNumber(value: number): string {
  const fixed = value.toFixed(6);
  return fixed.length <= 12 ? fixed : value.toPrecision(6);
}

function clockTime(timestamp: string): string {
  return timestamp.slice(11, 23);
}

/** A text for people; any program may send one of any length. Machines get it whole. */
function shown(text: string): string {
  return shorten(escapeControls(shorten(text)));
}

function column(names: readonly string[]): (name: string) => string {
  let width = Math.min(widestColumn, Math.max(...names.map((name) => shown(name).length)));
  return (name) => {
    const text = shown(name);
    width = Math.min(widestColumn, Math.max(width, text.length));
    return text.padEnd(width);
  };
}

function latencyColour(ms: number, paint: Colours): (text: string) => string {
  if (ms >= slowFromMs) return paint.red;
  return ms >= fastBelowMs ? paint.yellow : paint.green;
}

/** A colour that a device keeps, whatever runs beside it. */
function colourOf(device: string, paint: Colours): (text: string) => string {
  const palette = [
    paint.cyan,
    paint.magenta,
    paint.blue,
    paint.cyanBright,
    paint.magentaBright,
    paint.blueBright,
  ];
  let hash = 0;
  for (let index = 0; index < device.length; index++) hash = (hash * 31 + device.charCodeAt(index)) >>> 0;
  return palette[hash % palette.length] ?? paint.cyan;
}
