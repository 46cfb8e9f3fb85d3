import { type DeviceEnvironment, deviceNames } from "../../contract/environment/device";
import type { HistorySettings } from "./resume";
import { Fleet } from "./simulate/fleet";
import { readFileSync } from "node:fs";
import type { ReplaySettings } from "../../contract/models/models";
import { parseReplayTable, type ReplayTable } from "../../contract/models/replay-table";
import { AppError } from "../shared/run-app";
import { messageOf } from "../shared/text";
import { prepareSignals } from "./simulate/signals";

/**
 * The devices that an environment describes.
 * @param boot identifies this run of the devices: its start, in milliseconds since 1970
 * @throws AppError if the recorded values of a sensor cannot be read
 */
export function fleetOf(settings: DeviceEnvironment, boot: number): Fleet {
  const seed = settings.DEVICE_SEED;
  return new Fleet({
    devices: deviceNames(settings),
    sensors: settings.DEVICE_SENSORS,
    faults: settings.DEVICE_FAULTS,
    seed,
    boot,
    sharesTopic: settings.DEVICE_SHARES_TOPIC,
    signalsOf: prepareSignals(settings.DEVICE_SENSORS, { seed, replayTable: readReplayTable }),
  });
}

export function historyOf(settings: DeviceEnvironment): HistorySettings {
  return {
    backfillMs: settings.DEVICE_BACKFILL_MS,
    fromMs: settings.DEVICE_BACKFILL_FROM_MS,
    speed: settings.DEVICE_SPEED,
  };
}

/**
 * Reads the recorded values that a model replays.
 * @throws AppError if the file cannot be read or holds no such values
 */
function readReplayTable({ file, column, timeColumn }: ReplaySettings): ReplayTable {
  const result = parseReplayTable(readBytes(file), { column, timeColumn });
  if (result.kind === "table") return result;
  const place = result.line === undefined ? file : `${file}, line ${result.line}`;
  throw new AppError(`${place}: ${result.reason}`);
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new AppError(`the recorded values cannot be read: ${messageOf(error)}`);
  }
}
