import { deviceDefaults, DeviceEnvironment, replayMountPath } from "../../contract/environment/device";
import { encodeEnvironment, type EnvironmentSettings } from "../../contract/environment/variables";
import type { SensorSettings } from "../../contract/models/sensor";
import { type DeviceRun, deviceRuns } from "../model/groups";
import { topicInitServiceName } from "../model/names";
import type { DeviceSpec, StackSpec } from "../model/spec";
import { rateOfStack, ratePerDevice } from "../model/traffic";
import { megabyteBytes } from "../model/units";
import { type AppDefaults, appPort, appReadiness, appWorkload } from "./apps";
import type { Shard, Variables, Workload, WorkloadFile } from "./workload";

/** A device, or a group of devices whose shards are runs of the group. */
export type DevicePlan = Workload;

/** The fields of a stack's specification that decide its devices' workloads. */
export type DevicesSpec = Pick<
  StackSpec,
  "devices" | "seed" | "history" | "speed" | "maxRate" | "replayFiles"
>;

/** The settings of one container of a group; it has those only in which it differs from the others. */
const ShardEnvironment = DeviceEnvironment.partial();

type Settings = Partial<EnvironmentSettings<typeof DeviceEnvironment>>;

/** Plans the workloads of all devices and groups, one for each entry of the configuration. */
export function planDevices(spec: DevicesSpec, defaults: AppDefaults): DevicePlan[] {
  const devicesByTopic = Map.groupBy(spec.devices, (device) => device.topic);
  const stackRate = rateOfStack(spec);
  return spec.devices.map((device): DevicePlan => {
    const { name, topic, group, sensors } = device;
    const common = {
      ...defaults,
      DEVICE_NAME: name,
      DEVICE_TOPIC: topic,
      // Always true of a group, so that it may grow from one device.
      DEVICE_SHARES_TOPIC: group !== undefined || (devicesByTopic.get(topic) ?? []).length > 1,
      DEVICE_SENSORS: sensors.map((sensor) => sensorInContainer(sensor, spec.replayFiles)),
      ...stackSettings(spec),
      ...deviceSettings(device),
    };
    const shardOf = (run: DeviceRun): Shard => {
      const share = (run.count * ratePerDevice(device, spec.speed)) / stackRate;
      const settings = {
        ...(group !== undefined && runSettings(run)),
        // Rounded up: a container whose limit is below what its devices make would fall behind for ever.
        ...(spec.maxRate !== undefined && { DEVICE_MAX_RATE: Math.ceil(spec.maxRate * share) }),
      };
      const memory = planDeviceMemory(run.count * sensors.length, device.buffer.limit);
      return {
        name: run.name,
        environment: { ...memory.variables, ...encodeEnvironment(ShardEnvironment, settings) },
        memoryMegabytes: memory.limitMegabytes,
        expectedMegabytes: expectedDeviceMegabytes(run.count * sensors.length),
      };
    };
    const shards = deviceRuns(device).map(shardOf);
    const [largest] = shards;
    return {
      ...appWorkload("device"),
      ...largest,
      name,
      role: "device",
      environment: {
        ...encodeEnvironment(DeviceEnvironment, common),
        ...(group === undefined && largest?.environment),
      },
      memoryMegabytes: largest?.memoryMegabytes ?? 0,
      files: filesToReplay(device, spec.replayFiles),
      ports: [appPort],
      ready: appReadiness,
      stopGraceSeconds: 15,
      after: [topicInitServiceName],
      ...(group !== undefined && { shards: shardsOf(shards) }),
    };
  });
}

function shardsOf(shards: readonly Shard[]): NonNullable<Workload["shards"]> {
  return {
    count: shards.length,
    settingsOf: (number) => {
      const shard = shards[number - 1];
      if (shard === undefined) throw new RangeError(`There is no shard ${number} of ${shards.length}`);
      return shard;
    },
  };
}

/** Settings of all devices. Settings that are as by default are left out, here and below: other defaults change no container. */
function stackSettings({ seed, history, speed }: DevicesSpec): Settings {
  return {
    ...(seed !== deviceDefaults.seed && { DEVICE_SEED: seed }),
    ...(history &&
      (history.fromMs === undefined
        ? { DEVICE_BACKFILL_MS: history.lengthMs }
        : { DEVICE_BACKFILL_FROM_MS: history.fromMs })),
    ...(speed !== deviceDefaults.speed && { DEVICE_SPEED: speed }),
  };
}

function deviceSettings({ faults, tags, messageBytes, compression, buffer }: DeviceSpec): Settings {
  return {
    ...(faults.length > 0 && { DEVICE_FAULTS: [...faults] }),
    ...(Object.keys(tags).length > 0 && { DEVICE_TAGS: tags }),
    ...(messageBytes > 0 && { DEVICE_MESSAGE_BYTES: messageBytes }),
    ...(compression !== deviceDefaults.compression && { DEVICE_COMPRESSION: compression }),
    ...(buffer.limit !== deviceDefaults.buffer.limit && { DEVICE_BUFFER_LIMIT: buffer.limit }),
    ...(buffer.keep !== deviceDefaults.buffer.keep && { DEVICE_BUFFER_KEEPS: buffer.keep }),
  };
}

function runSettings({ name, firstNumber, count }: DeviceRun): Settings {
  return { DEVICE_FIRST_NUMBER: firstNumber, DEVICE_COUNT: count, DEVICE_CONTAINER: name };
}

const pathOf = (fileName: string) => `${replayMountPath}/${fileName}`;

/** A sensor, with the file that it replays named by the path in the container. */
function sensorInContainer(sensor: SensorSettings, files: DevicesSpec["replayFiles"]): SensorSettings {
  const { model } = sensor;
  const file = model.type === "replay" ? files.get(model.file) : undefined;
  if (model.type !== "replay" || file === undefined) return sensor;
  return { ...sensor, model: { ...model, file: pathOf(file.name) } };
}

/** The files that a device's sensors replay, each once, by name. */
function filesToReplay({ sensors }: DeviceSpec, files: DevicesSpec["replayFiles"]): WorkloadFile[] {
  const replayed = sensors.flatMap(({ model }) =>
    model.type === "replay" ? (files.get(model.file) ?? []) : [],
  );
  const byName = new Map(replayed.map((file) => [file.name, file]));
  return [...byName.values()]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, content }) => ({ path: pathOf(name), content }));
}

/** The memory limit of a container of devices, and the variables that keep its Node within it. */
export interface DeviceMemory {
  readonly limitMegabytes: number;
  /** Node and the C library read these themselves. */
  readonly variables: Variables;
}

/** The limit that is enough for so many sensors, and for so many waiting observations. */
const enough = {
  limitMegabytes: 128,
  heapMegabytes: 64,
  sensors: 1_000,
  waiting: deviceDefaults.buffer.limit,
} as const;
/** A sensor's model, its place in the timetable, and its last message. Half of it is in Node's heap. */
const bytesPerSensor = 4_096;
/** A waiting observation's number, time, value and label in columns, outside the heap. */
const bytesPerWaiting = 100;
/** V8 makes new objects here. More is faster, but garbage that waits here takes memory that few sensors do without. */
const semiSpaceMegabytes = 4;
const few = { sensors: 100, semiSpaceMegabytes: 1 } as const;
/** Limits are whole multiples of it, so that few containers change when devices are added. */
const stepMegabytes = 16;

/**
 * Plans the memory of a container of devices. The heap is small and collected often: each message's objects are garbage at once, and
 * little stays. One thread helps with that, and few arenas of the C library, of which each thread would keep one to itself otherwise.
 * @param sensors of all devices in the container.
 * @param waiting the maximum of observations that the container keeps while the brokers are away.
 */
export function planDeviceMemory(sensors: number, waiting: number): DeviceMemory {
  const moreSensors = (Math.max(0, sensors - enough.sensors) * bytesPerSensor) / megabyteBytes;
  const moreWaiting = (Math.max(0, waiting - enough.waiting) * bytesPerWaiting) / megabyteBytes;
  const steps = Math.ceil((moreSensors + moreWaiting) / stepMegabytes);
  const heapMegabytes = enough.heapMegabytes + Math.ceil(moreSensors / 2 / stepMegabytes) * stepMegabytes;
  const semiSpace = sensors <= few.sensors ? few.semiSpaceMegabytes : semiSpaceMegabytes;
  return {
    limitMegabytes: enough.limitMegabytes + steps * stepMegabytes,
    variables: {
      NODE_OPTIONS: `--max-old-space-size=${heapMegabytes} --max-semi-space-size=${semiSpace} --v8-pool-size=1`,
      MALLOC_ARENA_MAX: "2",
    },
  };
}

/** Resident memory of a container of devices at work: 29 to 50 MB with few sensors (`docker stats`), and more with many. */
function expectedDeviceMegabytes(sensors: number): number {
  return 50 + Math.round((sensors * (bytesPerSensor / 2)) / megabyteBytes);
}
