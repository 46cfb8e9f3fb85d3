import type { z } from "zod";
import type { SensorSettings } from "../../contract/models/sensor";
import { defaultDevicesPerContainer, type DeviceEntry } from "./devices";
import { profileSensors } from "./profile-sensors";
import type { StackConfig } from "./schema";
import type { SensorSpec } from "./sensors";
import type { DeviceSpec, TopicConfig } from "../model/spec";

/** What of a configuration fills in what devices leave out, as far as it could be read. */
export type DeviceDefaults = Partial<
  Pick<z.output<typeof StackConfig>, "sensors" | "topicDefaults" | "compression" | "buffer">
>;

/** A sensor as it is to be, and where the configuration says so. */
export interface PlacedSensor {
  readonly settings: SensorSettings;
  /** What the user wrote of it; undefined for one that is as its profile has it. */
  readonly written: SensorSpec | undefined;
  /** `devices[0].sensors[1]`, `sensors[1]`, or `devices[0].profile`. */
  readonly path: string;
}

const defaultIntervalMs = 1_000;
const defaultBuffer = { limit: 100_000, keep: "newest" } as const;

/** Gives devices what they leave out. Those that share a topic have one and the same configuration of it. */
export function fillInDevices(listed: readonly DeviceEntry[], defaults: DeviceDefaults): DeviceSpec[] {
  const topicOf = (device: DeviceEntry) => device.topic ?? device.name;
  const settings = new Map<string, TopicConfig>();
  for (const device of listed)
    settings.set(topicOf(device), { ...settings.get(topicOf(device)), ...device.topicSettings });
  return listed.map((device, index) => {
    const { name, count, faults, tags, messageSize, compression, buffer } = device;
    const { devicesPerContainer = defaultDevicesPerContainer } = device;
    return {
      name,
      group: count === undefined ? undefined : { count, devicesPerContainer },
      topic: topicOf(device),
      sensors: sensorsOf(device, index, defaults).map((sensor) => sensor.settings),
      faults,
      tags,
      messageBytes: messageSize ?? 0,
      compression: compression ?? defaults.compression ?? "none",
      buffer: {
        limit: buffer?.limit ?? defaults.buffer?.limit ?? defaultBuffer.limit,
        keep: buffer?.keep ?? defaults.buffer?.keep ?? defaultBuffer.keep,
      },
      topicConfig: { ...defaults.topicDefaults, ...settings.get(topicOf(device)) },
    };
  });
}

/** The sensors of the device that is listed at `index`: its profile's and its own, or those of all devices. */
export function sensorsOf(device: DeviceEntry, index: number, defaults: DeviceDefaults): PlacedSensor[] {
  const { profile, sensors } = device;
  if (profile === undefined && sensors === undefined)
    return (defaults.sensors ?? []).map((written, place) => ({
      settings: settle(written, undefined, device),
      written,
      path: `sensors[${place}]`,
    }));
  const own = (sensors ?? []).map((written, place) => ({
    written,
    path: `devices[${index}].sensors[${place}]`,
  }));
  const profiled = profile === undefined ? [] : profileSensors(profile);
  const changed = profiled.map((sensor): PlacedSensor => {
    const change = own.find(({ written }) => written.name === sensor.name);
    return {
      settings: settle(change?.written, sensor, device),
      written: change?.written,
      path: change?.path ?? `devices[${index}].profile`,
    };
  });
  const added = own
    .filter(({ written }) => profiled.every(({ name }) => name !== written.name))
    .map(({ written, path }) => ({ settings: settle(written, undefined, device), written, path }));
  return [...changed, ...added];
}

/** A sensor from what the user wrote of it, what its device says of all its sensors, and what its profile has. */
function settle(
  written: SensorSpec | undefined,
  profiled: SensorSpec | undefined,
  device: Pick<DeviceEntry, "interval" | "jitter">,
): SensorSettings {
  return {
    ...profiled,
    ...written,
    name: written?.name ?? profiled?.name ?? "",
    interval: written?.interval ?? device.interval ?? profiled?.interval ?? defaultIntervalMs,
    jitter: written?.jitter ?? device.jitter ?? profiled?.jitter ?? 0,
    model: written?.model ?? profiled?.model ?? { type: "uniform", min: 0, max: 1 },
    faults: written?.faults ?? profiled?.faults ?? [],
  };
}
