import type { Profile } from "./profile";

/**
 * A tracker on a vehicle that goes round and round in Berlin. North and east are sine waves; the speeds are their derivatives, a quarter of a
 * period ahead, so that positions and speeds fit together.
 */
export const gpsTracker: Profile = [
  {
    name: "latitude",
    interval: "5s",
    unit: "°",
    precision: 6,
    model: { type: "sine", mean: 52.52, amplitude: 0.04, period: "48m", noise: 0.00002 },
  },
  {
    name: "longitude",
    interval: "5s",
    unit: "°",
    precision: 6,
    model: { type: "sine", mean: 13.405, amplitude: 0.06, period: "64m", noise: 0.00003 },
  },
  {
    name: "speed_north",
    interval: "5s",
    unit: "m/s",
    precision: 2,
    // 0.04° are 4,453 m, times 2π / 48 min.
    model: { type: "sine", amplitude: 9.71, period: "48m", phase: "36m", noise: 0.1 },
  },
  {
    name: "speed_east",
    interval: "5s",
    unit: "m/s",
    precision: 2,
    // 0.06° are 4,064 m at this latitude, times 2π / 64 min.
    model: { type: "sine", amplitude: 6.65, period: "64m", phase: "48m", noise: 0.1 },
  },
  {
    name: "speed",
    interval: "5s",
    unit: "km/h",
    precision: 1,
    model: { type: "derived", expression: "3.6 * hypot(speed_north, speed_east)" },
  },
  {
    name: "altitude",
    interval: "5s",
    unit: "m",
    precision: 1,
    model: { type: "walk", mean: 45, deviation: 8, reversion: "15m", min: 25, max: 115 },
  },
  {
    name: "satellites",
    interval: "30s",
    model: {
      type: "choice",
      values: [
        { value: 0, weight: 1, label: "no fix" },
        { value: 6, weight: 10 },
        { value: 8, weight: 30 },
        { value: 10, weight: 40 },
        { value: 12, weight: 19 },
      ],
    },
  },
  {
    name: "battery",
    interval: "1m",
    unit: "%",
    precision: 1,
    min: 0,
    model: { type: "counter", start: 100, increment: -0.05, spread: 1 },
  },
];
