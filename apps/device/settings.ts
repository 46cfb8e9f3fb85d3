import { type DeviceEnvironment, deviceNames } from "../../contract/environment/device";
import type { HistorySettings } from "./history";
import { Fleet } from "./simulate/fleet";
import type { SensorSignal } from "./simulate/sensor-stream";

/** The devices that an environment describes. */
export function fleetOf(
  settings: DeviceEnvironment,
  boot: number,
  signalsOf: (device: string) => readonly SensorSignal[],
): Fleet {
  return new Fleet({
    devices: deviceNames(settings),
    sensors: settings.DEVICE_SENSORS,
    faults: settings.DEVICE_FAULTS,
    seed: settings.DEVICE_SEED,
    boot,
    sharesTopic: settings.DEVICE_SHARES_TOPIC,
    signalsOf,
  });
}

export function historyOf(settings: DeviceEnvironment): HistorySettings {
  return {
    backfillMs: settings.DEVICE_BACKFILL_MS,
    fromMs: settings.DEVICE_BACKFILL_FROM_MS,
    speed: settings.DEVICE_SPEED,
  };
}
