import { dayMs, hourMs, minuteMs } from "../../contract/values/fields";
import type { ModelType } from "../../contract/models/models";

/** The example of a model in the documentation. */
export interface Example {
  /** Sensors as a user would write them: the sensor with the model, and its sources if it is derived. */
  readonly sensors: readonly Readonly<Record<string, unknown>>[];
  /** The time that the picture shows. */
  readonly spanMs: number;
}

/** The CSV file of the example of `replay`. */
export const recordedCsv = `time,temperature
0,61
600,64.5
900,66
1500,58
2400,55
3300,60
`;

/** The example of each model. Its picture is drawn from it, and docs/models.md shows it. */
export const examples: Readonly<Record<ModelType, Example>> = {
  uniform: {
    sensors: [{ name: "light", unit: "lx", precision: 0, model: { type: "uniform", min: 200, max: 800 } }],
    spanMs: 4 * minuteMs,
  },
  gaussian: {
    sensors: [
      { name: "weight", unit: "g", precision: 1, model: { type: "gaussian", mean: 500, deviation: 2.5 } },
    ],
    spanMs: 4 * minuteMs,
  },
  constant: {
    sensors: [{ name: "nominal_voltage", unit: "V", model: { type: "constant", value: 230 } }],
    spanMs: hourMs,
  },
  counter: {
    sensors: [
      {
        name: "parts",
        interval: "1m",
        precision: 0,
        model: { type: "counter", increment: 4, spread: 0.8, resetEvery: "8h" },
      },
    ],
    spanMs: dayMs,
  },
  sine: {
    sensors: [
      {
        name: "pressure",
        interval: "5s",
        unit: "bar",
        precision: 2,
        model: { type: "sine", mean: 6, amplitude: 1.5, period: "20m", phase: "5m", noise: 0.08 },
      },
    ],
    spanMs: hourMs,
  },
  daily: {
    sensors: [
      {
        name: "power",
        interval: "1m",
        unit: "kW",
        precision: 2,
        model: { type: "daily", low: 0.2, high: 3.5, weekend: 1.3, utcOffsetHours: 1, noise: 0.08 },
      },
    ],
    spanMs: 7 * dayMs,
  },
  walk: {
    sensors: [
      {
        name: "temperature",
        interval: "10s",
        unit: "°C",
        precision: 1,
        model: { type: "walk", mean: 21, deviation: 1.5, reversion: "1h", min: 17 },
      },
    ],
    spanMs: dayMs,
  },
  states: {
    sensors: [
      {
        name: "machine",
        model: {
          type: "states",
          states: [
            { name: "off", value: 0, dwell: "40m" },
            { name: "idle", value: 1, dwell: "15m", next: { running: 4, off: 1 } },
            { name: "running", value: 2, dwell: "1h", next: { idle: 3, jammed: 1 } },
            { name: "jammed", value: 3, dwell: "10m", next: { idle: 1 } },
          ],
        },
      },
    ],
    spanMs: dayMs,
  },
  choice: {
    sensors: [
      {
        name: "inspection",
        model: {
          type: "choice",
          values: [
            { value: 0, weight: 90, label: "good" },
            { value: 1, weight: 8, label: "rework" },
            { value: 2, weight: 2, label: "scrap" },
          ],
        },
      },
    ],
    spanMs: 4 * minuteMs,
  },
  derived: {
    sensors: [
      {
        name: "voltage",
        unit: "V",
        precision: 1,
        model: { type: "walk", mean: 230, deviation: 2, reversion: "5m" },
      },
      { name: "current", unit: "A", min: 0, model: { type: "sine", mean: 4, amplitude: 6, period: "1h" } },
      {
        name: "power-kW",
        unit: "kW",
        precision: 3,
        model: { type: "derived", expression: "voltage * current / 1000" },
      },
      { name: "overload", model: { type: "derived", expression: 'sensor("power-kW") > 2' } },
    ],
    spanMs: 4 * hourMs,
  },
  replay: {
    sensors: [
      {
        name: "boiler",
        unit: "°C",
        model: { type: "replay", file: "signals/boiler.csv", column: "temperature", timeColumn: "time" },
      },
    ],
    spanMs: 4 * hourMs,
  },
};
