import type { Profile } from "./profile";

/** A refrigerated lorry: the door opens, the compressor switches on and off, and the cargo's temperature follows slowly. */
export const coldChain: Profile = [
  {
    name: "cargo_temperature",
    interval: "30s",
    unit: "°C",
    precision: 1,
    model: { type: "walk", mean: 4, deviation: 0.5, reversion: "2h", min: 1, max: 8 },
  },
  {
    name: "door",
    interval: "10s",
    model: {
      type: "states",
      states: [
        { name: "closed", value: 0, dwell: "45m" },
        { name: "open", value: 1, dwell: "4m" },
      ],
    },
  },
  {
    name: "compressor",
    interval: "10s",
    model: {
      type: "states",
      states: [
        { name: "off", value: 0, dwell: "9m" },
        { name: "on", value: 1, dwell: "6m" },
      ],
    },
  },
  {
    name: "outside_temperature",
    interval: "1m",
    unit: "°C",
    precision: 1,
    model: {
      type: "daily",
      low: 12,
      high: 27,
      // Coldest before sunrise, warmest in the afternoon; a value every three hours.
      curve: [0.2, 0.05, 0.05, 0.4, 0.8, 1, 0.75, 0.4],
      noise: 0.1,
    },
  },
  {
    name: "air_temperature",
    interval: "10s",
    unit: "°C",
    precision: 1,
    model: {
      type: "derived",
      expression:
        "cargo_temperature - 1.5 * compressor + door * 0.25 * (outside_temperature - cargo_temperature)",
      noise: 0.15,
    },
  },
  {
    name: "power",
    interval: "10s",
    unit: "W",
    precision: 0,
    min: 0,
    model: {
      type: "derived",
      expression: "compressor ? 900 + 35 * (outside_temperature - air_temperature) : 15",
      noise: 4,
    },
  },
  {
    name: "alarm",
    interval: "10s",
    model: { type: "derived", expression: "air_temperature > 8 || air_temperature < 0" },
  },
];
