import { type Observation, parseObservation } from "../../../contract/messages/observation";
import type { Colours } from "../../shared/colours";
import { type EachBatchPayload, reasonOf, UnreadableRecord } from "../../shared/kafka";
import type { Logger } from "../../shared/logger";
import { counted, escapeControls, shorten } from "../../shared/text";

/** An observation that was read, and how long it took from the sensor to here. */
export interface Received {
  readonly observation: Observation;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly latencyMs: number;
}

/** Formats a received observation as one line, including the line feed. */
export type LineWriter = (received: Received) => string;

const widestColumn = 40;
/** Devices may send very many malformed messages. The lines of readable ones must still be seen between the warnings. */
const warnEveryMs = 1000;
const fastBelowMs = 500;
const slowFromMs = 5000;

/** Formats aligned columns for people. A column grows with the longest name that it has shown. */
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

/** Formats one JSON object a line for machines, without padding. */
export const jsonLine: LineWriter = ({ observation: { padding: _, ...observation }, ...rest }) =>
  `${JSON.stringify({ ...observation, ...rest })}\n`;

/** Formats a latency in at most nine characters: `12 ms`, `4.7 s`, `3.2 min`, `5.1 h`. */
export function showLatency(ms: number): string {
  const size = Math.abs(ms);
  if (size < 1000) return `${Math.round(ms)} ms`;
  if (size < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (size < 3_600_000) return `${(ms / 60_000).toFixed(1)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

/** Makes the lines of messages, and counts them. It warns of messages that it skips. */
export class MessageLines {
  /** Messages that have a line. */
  printed = 0;
  /** Messages that are unreadable or no observations. */
  skipped = 0;
  private warnedMs = -Infinity;

  constructor(
    private readonly write: LineWriter,
    private readonly logger: Logger,
  ) {}

  /** The line of a message; an empty text for one that is skipped. */
  lineOf(
    { topic, partition }: EachBatchPayload["batch"],
    message: EachBatchPayload["batch"]["messages"][number],
  ): string {
    if (message instanceof UnreadableRecord) {
      this.skipped += 1;
      if (!message.isFirst) return "";
      const { firstOffset, lastOffset } = message.batch;
      const messages = counted(lastOffset - firstOffset + 1, "message");
      this.logger.warn(`${messages} skipped: ${reasonOf(message.batch)}`, { topic, partition });
      return "";
    }
    const parsed = parseObservation(message.value, Number(message.timestamp));
    if (parsed.kind === "malformed") {
      this.skipped += 1;
      if (performance.now() - this.warnedMs < warnEveryMs) return "";
      this.warnedMs = performance.now();
      const fields = { topic, partition, offset: message.offset, skipped: this.skipped };
      this.logger.warn(`a message was skipped: it is not an observation (${parsed.reason})`, fields);
      return "";
    }
    const { observation } = parsed;
    this.printed += 1;
    const latencyMs = Date.now() - Date.parse(observation.timestamp);
    return this.write({ observation, topic, partition, offset: message.offset, latencyMs });
  }
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

/** A text for people, shortened: any program may send a text of any length. Machines get the whole text. */
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

/** The colour of a device, which depends only on its name. */
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
