import type { Colours } from "../../shared/colours";
import { escapeControls } from "../../shared/text";
import type { Acknowledged } from "../send/delivery";
import { faultNames } from "../simulate/faults/sensor-faults";

/** Formats acknowledged observations, one line each. */
export type LineWriter = (acknowledged: Acknowledged) => string;

/** The part of a sensor that lines show. */
interface ShownSensor {
  readonly name: string;
  readonly unit?: string | undefined;
}

/** Formats aligned columns for people: `03:24:05.000  sensor_1  #42  0.123457 °C  partition 0 offset 1042`. */
export function prettyLines(sensors: readonly ShownSensor[], paint: Colours): LineWriter {
  const width = Math.max(...sensors.map(({ name }) => escapeControls(name).length));
  return ({ rows, partition, baseOffset }) =>
    rows
      .map(({ sensor, seq, timestampMs, value, label, kinds }, index) => {
        const { name = "", unit } = sensors[sensor] ?? {};
        const offset = baseOffset === undefined ? "?" : String(baseOffset + BigInt(index));
        const columns = [
          paint.dim(new Date(timestampMs).toISOString().slice(11, 23)),
          escapeControls(name).padEnd(width),
          paint.dim(`#${seq}`.padStart(7)),
          paint.bold(value.toFixed(6).padStart(12)) + (unit === undefined ? "" : ` ${escapeControls(unit)}`),
          ...(label === undefined ? [] : [escapeControls(label)]),
          ...(kinds === 0 ? [] : [paint.yellow(faultNames(kinds).join(", "))]),
          paint.dim(`partition ${partition} offset ${offset}`),
        ];
        return `${columns.join("  ")}\n`;
      })
      .join("");
}

/** Formats one JSON object a line, for machines. */
export function jsonLines(device: string, sensors: readonly ShownSensor[]): LineWriter {
  return ({ rows, partition, baseOffset }) =>
    rows
      .map(({ sensor, seq, timestampMs, value, label, kinds }, index) => {
        const fields = {
          time: new Date().toISOString(),
          level: "info",
          app: "device",
          message: "observation acknowledged",
          device,
          sensor: sensors[sensor]?.name,
          seq,
          timestamp: new Date(timestampMs).toISOString(),
          value,
          unit: sensors[sensor]?.unit,
          label,
          faults: kinds === 0 ? undefined : faultNames(kinds),
          partition,
          offset: baseOffset === undefined ? undefined : Number(baseOffset) + index,
        };
        return `${JSON.stringify(fields)}\n`;
      })
      .join("");
}
