import { expect, it } from "vitest";
import { fillInDevices } from "../../infra/config/devices";
import { type ProfileName, profileNames } from "../../infra/config/profiles";
import { prepareSignals } from "../../apps/device/simulate/signals";

const start = Date.UTC(2026, 10, 23);
const minuteMs = 60_000;
// No multiple of a period, which would show the same part of each wave.
const stepMs = 61_237;
const steps = Math.floor((7 * 86_400_000) / stepMs);

/** What a sensor of the kind shows in a week: the bounds that must hold, and a part of them that must be used. */
const plausible: Record<ProfileName, Record<string, [lowest: number, highest: number, minRange: number]>> = {
  thermostat: {
    temperature: [14, 27, 4],
    humidity: [20, 80, 15],
    presence: [0, 1, 1],
    setpoint: [17, 21, 4],
    valve: [0, 100, 100],
  },
  "power-meter": {
    voltage: [220, 240, 5],
    current: [0.1, 15, 8],
    power_factor: [0.85, 1, 0.08],
    power: [0, 3.6, 1.5],
    energy: [0, 9461, 150],
    frequency: [49.8, 50.2, 0.08],
  },
  vibration: {
    acceleration_x: [-2, 2, 1.8],
    acceleration_y: [-2, 2, 1.4],
    load: [10, 110, 100],
    speed: [1430, 1505, 45],
    velocity_rms: [0.3, 6.5, 4],
    bearing_temperature: [30, 90, 20],
  },
  "gps-tracker": {
    latitude: [52.479, 52.561, 0.07],
    longitude: [13.344, 13.466, 0.11],
    speed_north: [-10.5, 10.5, 19],
    speed_east: [-7.5, 7.5, 13],
    speed: [0, 45, 35],
    altitude: [25, 115, 30],
    satellites: [0, 12, 12],
    battery: [0, 100, 50],
  },
  "cold-chain": {
    cargo_temperature: [1, 8, 2],
    door: [0, 1, 1],
    compressor: [0, 1, 1],
    outside_temperature: [11, 28, 14],
    air_temperature: [-1, 15, 4],
    power: [0, 2200, 900],
    alarm: [0, 1, 1],
  },
};

it.each(profileNames)("a week of the profile %s is plausible on every device", (profile) => {
  const [device] = fillInDevices([{ name: "a", profile, faults: [], tags: {} }], {});
  const { sensors = [] } = device ?? {};
  const prepared = prepareSignals(sensors, {
    seed: "1",
    replayTable: () => {
      throw new Error("profiles replay nothing");
    },
  });
  expect(sensors.map(({ name }) => name)).toEqual(Object.keys(plausible[profile]));
  for (const name of ["meter-1", "meter-2", "meter-3"]) {
    const implausible = prepared(name).flatMap((signal, index) => {
      const sensor = sensors[index]?.name ?? "";
      const values = Array.from({ length: steps }, (_, step) => signal.valueAt(start + step * stepMs));
      const [least, greatest] = [Math.min(...values), Math.max(...values)];
      const [lowest, highest, minRange] = plausible[profile][sensor] ?? [NaN, NaN, NaN];
      const fits = least >= lowest && greatest <= highest && greatest - least >= minRange;
      return fits ? [] : [`${sensor} of ${name}: ${least} to ${greatest}`];
    });
    expect(implausible).toEqual([]);
  }
});

it("the positions of a tracker match its speeds", () => {
  const [device] = fillInDevices([{ name: "a", profile: "gps-tracker", faults: [], tags: {} }], {});
  const { sensors = [] } = device ?? {};
  const quiet = sensors.map((sensor) =>
    sensor.model.type === "sine"
      ? { ...sensor, model: { ...sensor.model, noise: 0 }, precision: undefined }
      : sensor,
  );
  const signals = prepareSignals(quiet, {
    seed: "1",
    replayTable: () => ({ kind: "table", values: new Float64Array(), timesMs: undefined }),
  })("a");
  const valueOf = (name: string, timeMs: number) =>
    signals[sensors.findIndex((sensor) => sensor.name === name)]!.valueAt(timeMs);
  const metresPerDegree = { latitude: 111_320, longitude: 111_320 * Math.cos((52.52 * Math.PI) / 180) };
  for (let minute = 0; minute < 300; minute += 7) {
    const ms = start + minute * minuteMs;
    const speedOf = (name: "latitude" | "longitude") =>
      (valueOf(name, ms + 500) - valueOf(name, ms - 500)) * metresPerDegree[name];
    expect(Math.abs(speedOf("latitude") - valueOf("speed_north", ms))).toBeLessThan(0.02);
    expect(Math.abs(speedOf("longitude") - valueOf("speed_east", ms))).toBeLessThan(0.02);
  }
});
