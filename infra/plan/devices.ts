import { type DeviceEnvironment, replayMountPath } from "../../contract/environment/device";
import type { EnvironmentSettings } from "../../contract/environment/variables";
import type { SensorSettings } from "../../contract/models/sensor";
import type { DeviceSpec, ReplayFile, StackSpec } from "../model/spec";
import type { AppDefaults } from "./apps";
import { type DeviceMemory, expectedDeviceMegabytes, planDeviceMemory } from "./device-memory";
import { type DeviceRun, deviceRuns } from "../model/groups";
import { containerName } from "../model/names";
import { rateOfStack, ratePerDevice } from "../model/traffic";

/** One container of devices: one device, or a run of a group's. */
export interface DevicePlan {
  /** What the container is within its stack. */
  readonly name: string;
  readonly container: string;
  readonly environment: EnvironmentSettings<typeof DeviceEnvironment>;
  readonly memory: DeviceMemory;
  readonly expectedMegabytes: number;
  /** The files that its sensors replay, each once, by name. */
  readonly replayFiles: readonly ReplayFile[];
}

/** What of a stack decides its devices' containers. */
export type DevicesSpec = Pick<
  StackSpec,
  "stack" | "devices" | "seed" | "history" | "speed" | "maxRate" | "replayFiles"
>;

type Settings = Partial<DevicePlan["environment"]>;

/** Plans the containers of all devices and groups. */
export function planDevices(spec: DevicesSpec, defaults: AppDefaults): DevicePlan[] {
  const devicesByTopic = Map.groupBy(spec.devices, (device) => device.topic);
  const ofStack = stackSettings(spec);
  const stackRate = rateOfStack(spec);
  return spec.devices.flatMap((device) => {
    const { name, topic, group, sensors } = device;
    const replayFiles = replayedFiles(device, spec.replayFiles);
    const common = {
      ...defaults,
      DEVICE_NAME: name,
      DEVICE_TOPIC: topic,
      // Of a group always, so that it may grow from one device.
      DEVICE_SHARES_TOPIC: group !== undefined || (devicesByTopic.get(topic) ?? []).length > 1,
      DEVICE_SENSORS: sensors.map((sensor) => sensorInContainer(sensor, spec.replayFiles)),
      ...ofStack,
      ...deviceSettings(device),
    };
    return deviceRuns(device).map((run): DevicePlan => {
      const share = (run.count * ratePerDevice(device, spec.speed)) / stackRate;
      return {
        name: run.name,
        container: containerName(spec.stack, run.name),
        environment: {
          ...common,
          ...(group !== undefined && runSettings(run)),
          // Rounded up: a container with less than its devices make would fall behind for ever.
          ...(spec.maxRate !== undefined && { DEVICE_MAX_RATE: Math.ceil(spec.maxRate * share) }),
        },
        memory: planDeviceMemory(run.count * sensors.length, device.buffer.limit),
        expectedMegabytes: expectedDeviceMegabytes(run.count * sensors.length),
        replayFiles,
      };
    });
  });
}

/** What is the same for all devices. What is as it is by default is left out, here and below: other defaults change no container. */
function stackSettings({ seed, history, speed }: DevicesSpec): Settings {
  return {
    ...(seed !== "1" && { DEVICE_SEED: seed }),
    ...(history &&
      (history.fromMs === undefined
        ? { DEVICE_BACKFILL_MS: history.lengthMs }
        : { DEVICE_BACKFILL_FROM_MS: history.fromMs })),
    ...(speed !== 1 && { DEVICE_SPEED: speed }),
  };
}

function deviceSettings({ faults, tags, messageBytes, compression, buffer }: DeviceSpec): Settings {
  return {
    ...(faults.length > 0 && { DEVICE_FAULTS: [...faults] }),
    ...(Object.keys(tags).length > 0 && { DEVICE_TAGS: tags }),
    ...(messageBytes > 0 && { DEVICE_MESSAGE_BYTES: messageBytes }),
    ...(compression !== "none" && { DEVICE_COMPRESSION: compression }),
    ...(buffer.limit !== 100_000 && { DEVICE_BUFFER_LIMIT: buffer.limit }),
    ...(buffer.keep !== "newest" && { DEVICE_BUFFER_KEEPS: buffer.keep }),
  };
}

function runSettings({ name, firstNumber, count }: DeviceRun): Settings {
  return { DEVICE_FIRST_NUMBER: firstNumber, DEVICE_COUNT: count, DEVICE_CONTAINER: name };
}

/** A sensor with the file that it replays named as its container has it. */
function sensorInContainer(sensor: SensorSettings, files: DevicesSpec["replayFiles"]): SensorSettings {
  const { model } = sensor;
  const file = model.type === "replay" ? files.get(model.file) : undefined;
  if (model.type !== "replay" || file === undefined) return sensor;
  return { ...sensor, model: { ...model, file: `${replayMountPath}/${file.name}` } };
}

function replayedFiles({ sensors }: DeviceSpec, files: DevicesSpec["replayFiles"]): ReplayFile[] {
  const replayed = sensors.flatMap(({ model }) =>
    model.type === "replay" ? (files.get(model.file) ?? []) : [],
  );
  const byName = new Map(replayed.map((file) => [file.name, file]));
  return [...byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}
