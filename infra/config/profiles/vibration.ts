import type { Profile } from "./profile";

/** A vibration sensor on a motor's bearing: fast accelerations, and once a second the values that a condition monitor checks. */
export const vibration: Profile = [
  {
    name: "acceleration_x",
    interval: "20ms",
    unit: "g",
    precision: 4,
    min: -8,
    max: 8,
    model: { type: "sine", amplitude: 0.8, period: "120ms", noise: 0.12 },
  },
  {
    name: "acceleration_y",
    interval: "20ms",
    unit: "g",
    precision: 4,
    min: -8,
    max: 8,
    model: { type: "sine", amplitude: 0.6, period: "120ms", phase: "30ms", noise: 0.12 },
  },
  {
    name: "load",
    interval: "1s",
    unit: "%",
    model: {
      type: "states",
      states: [
        { name: "idle", value: 10, dwell: "6m", next: { normal: 1 } },
        { name: "normal", value: 60, dwell: "20m", next: { idle: 2, overload: 1 } },
        { name: "overload", value: 110, dwell: "2m", next: { normal: 1 } },
      ],
    },
  },
  {
    name: "speed",
    interval: "1s",
    unit: "rpm",
    precision: 0,
    model: { type: "derived", expression: "1497 - 0.45 * load", noise: 1.5 },
  },
  {
    name: "velocity_rms",
    interval: "1s",
    unit: "mm/s",
    precision: 2,
    min: 0,
    model: { type: "derived", expression: "0.7 + 0.02 * load + (load > 100 ? 2.5 : 0)", noise: 0.08 },
  },
  {
    name: "bearing_temperature",
    interval: "1s",
    unit: "°C",
    precision: 1,
    model: { type: "walk", mean: 58, deviation: 5, reversion: "40m", min: 25, max: 95 },
  },
];
