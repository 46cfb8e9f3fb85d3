import type { Colours } from "../shared/colours";
import type { Acknowledgement } from "../shared/kafka";
import { escapeControls } from "../shared/text";
import type { Observed } from "./sensor";

/** Writes acknowledged observations, a line each. */
export type LineWriter = (observed: readonly Observed[], acknowledgement: Acknowledgement) => string;

/** Aligned columns for people: `03:24:05.000  sensor_1  #42  0.123457  partition 0 offset 1042`. */
export function prettyLines(sensorNames: readonly string[], paint: Colours): LineWriter {
  const width = Math.max(...sensorNames.map((name) => escapeControls(name).length));
  return (observed, { partition, baseOffset }) =>
    observed
      .map(({ sensor, seq, timestampMs, value, label }, index) => {
        const offset = baseOffset === undefined ? "?" : String(baseOffset + BigInt(index));
        const columns = [
          paint.dim(new Date(timestampMs).toISOString().slice(11, 23)),
          escapeControls(sensor.name).padEnd(width),
          paint.dim(`#${seq}`.padStart(7)),
          paint.bold(value.toFixed(6).padStart(12)),
          ...(label === undefined ? [] : [escapeControls(label)]),
          paint.dim(`partition ${partition} offset ${offset}`),
        ];
        return `${columns.join("  ")}\n`;
      })
      .join("");
}

/** One JSON object a line, for machines. */
export function jsonLines(device: string): LineWriter {
  return (observed, { partition, baseOffset }) =>
    observed
      .map(({ sensor, seq, timestampMs, value, label }, index) => {
        const fields = {
          time: new Date().toISOString(),
          level: "info",
          app: "device",
          message: "observation acknowledged",
          device,
          sensor: sensor.name,
          seq,
          timestamp: new Date(timestampMs).toISOString(),
          value,
          label,
          partition,
          offset: baseOffset === undefined ? undefined : Number(baseOffset) + index,
        };
        return `${JSON.stringify(fields)}\n`;
      })
      .join("");
}
