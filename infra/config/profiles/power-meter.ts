import type { Profile } from "./profile";

/** A household's electricity meter: mains voltage, a current that follows the day, and the values that follow from both. */
export const powerMeter: Profile = [
  {
    name: "voltage",
    interval: "10s",
    unit: "V",
    precision: 1,
    min: 207,
    max: 253,
    model: { type: "walk", mean: 230, deviation: 1.5, reversion: "5m" },
  },
  {
    name: "current",
    interval: "10s",
    unit: "A",
    precision: 2,
    min: 0.1,
    max: 63,
    model: { type: "daily", low: 0.6, high: 9, weekend: 1.2, noise: 0.3 },
  },
  {
    name: "power_factor",
    interval: "10s",
    precision: 3,
    model: { type: "walk", mean: 0.95, deviation: 0.02, reversion: "10m", min: 0.85, max: 1 },
  },
  {
    name: "power",
    interval: "10s",
    unit: "kW",
    precision: 3,
    model: { type: "derived", expression: "voltage * current * power_factor / 1000" },
  },
  {
    name: "energy",
    interval: "1m",
    unit: "kWh",
    precision: 3,
    model: { type: "counter", increment: 0.018, spread: 0.8, resetEvery: "365d" },
  },
  {
    name: "frequency",
    interval: "10s",
    unit: "Hz",
    precision: 3,
    model: { type: "walk", mean: 50, deviation: 0.02, reversion: "2m", min: 49.8, max: 50.2 },
  },
];
