import { deviceDefaults } from "../../contract/environment/device";
import { defaultModel } from "../../contract/models/models";
import type { SensorSettings } from "../../contract/models/sensor";
import type { DeviceSpec, TopicConfig } from "../model/spec";
import { type ProfileName, profiles } from "./profiles";
import { defaultDevicesPerContainer, type DeviceEntry } from "./schema/devices";
import { SensorEntry } from "./schema/sensors";
import type { Config } from "./schema/stack";

/** The keys of the configuration that fill in what devices leave out, as far as they can be read. */
export type DeviceDefaults = Partial<Pick<Config, "sensors" | "topicDefaults" | "compression" | "buffer">>;

/** A sensor with its defaults filled in, and its place in the configuration. */
export interface ParsedSensor {
  readonly settings: SensorSettings;
  /** What the user wrote of it; undefined if it is as its profile has it. */
  readonly entry: SensorEntry | undefined;
  /** `devices[0].sensors[1]`, `sensors[1]`, or `devices[0].profile`. */
  readonly path: string;
}

/** The topic of a device. */
export const topicOf = (device: Pick<DeviceEntry, "name" | "topic">): string => device.topic ?? device.name;

/** Fills in what devices leave out. Devices that share a topic get one and the same configuration of it. */
export function fillInDevices(entries: readonly DeviceEntry[], defaults: DeviceDefaults): DeviceSpec[] {
  const topicConfigs = new Map<string, TopicConfig>();
  for (const entry of entries) {
    const topic = topicOf(entry);
    topicConfigs.set(topic, { ...topicConfigs.get(topic), ...entry.topicSettings });
  }
  return entries.map((entry, index) => {
    const { name, count, faults, tags, messageSize, compression, buffer } = entry;
    const { devicesPerContainer = defaultDevicesPerContainer } = entry;
    return {
      name,
      group: count === undefined ? undefined : { count, devicesPerContainer },
      topic: topicOf(entry),
      sensors: sensorsOf(entry, index, defaults).map(({ settings }) => settings),
      faults,
      tags,
      messageBytes: messageSize ?? 0,
      compression: compression ?? defaults.compression ?? deviceDefaults.compression,
      buffer: {
        limit: buffer?.limit ?? defaults.buffer?.limit ?? deviceDefaults.buffer.limit,
        keep: buffer?.keep ?? defaults.buffer?.keep ?? deviceDefaults.buffer.keep,
      },
      topicConfig: { ...defaults.topicDefaults, ...topicConfigs.get(topicOf(entry)) },
    };
  });
}

/** The sensors of the device that is listed at `index`: its profile's and its own, or else those of all devices. */
export function sensorsOf(device: DeviceEntry, index: number, defaults: DeviceDefaults): ParsedSensor[] {
  const { profile, sensors } = device;
  if (profile === undefined && sensors === undefined) return sensorsOfAll(defaults.sensors, device);
  const own = (sensors ?? []).map((entry, place) => ({
    entry,
    path: `devices[${index}].sensors[${place}]`,
  }));
  const profiled = profile === undefined ? [] : profileSensors(profile);
  const changed = profiled.map((sensor): ParsedSensor => {
    const change = own.find(({ entry }) => entry.name === sensor.name);
    return {
      settings: fillInSensor(change?.entry, sensor, device),
      entry: change?.entry,
      path: change?.path ?? `devices[${index}].profile`,
    };
  });
  const added = own
    .filter(({ entry }) => profiled.every(({ name }) => name !== entry.name))
    .map(({ entry, path }) => ({ settings: fillInSensor(entry, undefined, device), entry, path }));
  return [...changed, ...added];
}

/** The sensors under the key `sensors`, as a device has them that sets no sensors itself. */
export function sensorsOfAll(
  sensors: readonly SensorEntry[] = [],
  device: Pick<DeviceEntry, "interval" | "jitter"> = {},
): ParsedSensor[] {
  return sensors.map((entry, place) => ({
    settings: fillInSensor(entry, undefined, device),
    entry,
    path: `sensors[${place}]`,
  }));
}

/** The sensors of a profile. */
function profileSensors(profile: ProfileName): readonly SensorEntry[] {
  return profiles[profile].map((sensor) => SensorEntry.parse(sensor));
}

/** Combines what the user wrote of a sensor, what its device sets for all its sensors, and what its profile has, in this order. */
function fillInSensor(
  entry: SensorEntry | undefined,
  profiled: SensorEntry | undefined,
  device: Pick<DeviceEntry, "interval" | "jitter">,
): SensorSettings {
  return {
    ...profiled,
    ...entry,
    name: entry?.name ?? profiled?.name ?? "",
    interval: entry?.interval ?? device.interval ?? profiled?.interval ?? deviceDefaults.intervalMs,
    jitter: entry?.jitter ?? device.jitter ?? profiled?.jitter ?? 0,
    model: entry?.model ?? profiled?.model ?? defaultModel,
    faults: entry?.faults ?? profiled?.faults ?? [],
  };
}
