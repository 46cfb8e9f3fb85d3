import type { Profile } from "./profile";

/** A room's thermostat: people come, leave and sleep, the set temperature follows them, and the valve follows the missing degrees. */
export const thermostat: Profile = [
  {
    name: "temperature",
    interval: "10s",
    unit: "°C",
    precision: 1,
    model: { type: "walk", mean: 19.5, deviation: 1.2, reversion: "90m", min: 14, max: 27 },
  },
  {
    name: "humidity",
    interval: "1m",
    unit: "%",
    precision: 0,
    model: { type: "walk", mean: 45, deviation: 6, reversion: "3h", min: 20, max: 80 },
  },
  {
    name: "presence",
    interval: "10s",
    model: {
      type: "states",
      states: [
        { name: "asleep", value: 0.5, dwell: "7h", next: { home: 1 } },
        { name: "home", value: 1, dwell: "3h", next: { away: 3, asleep: 1 } },
        { name: "away", value: 0, dwell: "4h", next: { home: 1 } },
      ],
    },
  },
  {
    name: "setpoint",
    interval: "10s",
    unit: "°C",
    precision: 1,
    model: { type: "derived", expression: "presence == 1 ? 21 : presence == 0 ? 17 : 18.5" },
  },
  {
    name: "valve",
    interval: "10s",
    unit: "%",
    precision: 0,
    min: 0,
    max: 100,
    model: { type: "derived", expression: "40 * (setpoint - temperature)" },
  },
];
