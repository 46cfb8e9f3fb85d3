import { derivedProblems } from "../../contract/models/derived-problems";
import type { Problem } from "../../contract/problems";
import type { DeviceEntry } from "./devices";
import { showDurationMs } from "../model/units";
import { type PlacedSensor, sensorsOf, type DeviceDefaults } from "./fill-in";

/** What is wrong between fields of a sensor, or between the sensors of a device, that are each right on their own. */
export function sensorProblems(listed: readonly DeviceEntry[], defaults: DeviceDefaults): Problem[] {
  // Those that no device uses, because all list their own, are checked too.
  const carrier: DeviceEntry = { name: "", faults: [], tags: {} };
  const problems = [...listed, carrier].flatMap((device, index) => {
    const sensors = sensorsOf(device, index, defaults);
    return [
      ...sensors.flatMap((sensor) => [...boundProblems(sensor), ...jitterProblems(sensor, device, index)]),
      ...expressionProblems(sensors),
    ];
  });
  // Devices that carry the same sensors have the same problems.
  return [...new Map(problems.map((problem) => [`${problem.path}\n${problem.remedy}`, problem])).values()];
}

/** Bounds between which there is nothing; one of them may be the profile's. */
function boundProblems({ settings, written, path }: PlacedSensor): Problem[] {
  const { min = -Infinity, max = Infinity } = settings;
  if (min <= max || written === undefined) return [];
  if (written.min === undefined) {
    const remedy = `write a number from ${min}, which is the profile's min, or set min too`;
    return [{ path: `${path}.max`, found: max, remedy }];
  }
  const whose = written.max === undefined ? ", which is the profile's max, or set max too" : ", its max";
  return [{ path: `${path}.min`, found: min, remedy: `write a number up to ${max}${whose}` }];
}

/** Observations keep their order only if each is made before the next is due. */
function jitterProblems(
  { settings: { interval, jitter }, written, path }: PlacedSensor,
  device: DeviceEntry,
  index: number,
): Problem[] {
  if (jitter <= interval) return [];
  const place =
    written?.jitter !== undefined
      ? `${path}.jitter`
      : device.jitter !== undefined
        ? `devices[${index}].jitter`
        : `devices[${index}].interval`;
  const [found, remedy] = place.endsWith("jitter")
    ? [jitter, `lower it to at most ${showDurationMs(interval)}, the sensor's interval`]
    : [
        interval,
        `lengthen it to at least ${showDurationMs(jitter)}, the jitter of a sensor of the profile, or set jitter`,
      ];
  return [{ path: place, found: showDurationMs(found), remedy }];
}

/** Expressions that are none, or are about what there is not. */
function expressionProblems(sensors: readonly PlacedSensor[]): Problem[] {
  return derivedProblems(sensors.map(({ settings }) => settings)).flatMap(({ index, reason }) => {
    const sensor = sensors[index];
    if (sensor === undefined || sensor.settings.model.type !== "derived") return [];
    const { expression } = sensor.settings.model;
    const isWritten = sensor.written?.model !== undefined;
    // A profile's own expression can be wrong only by what the user has changed beside it.
    const path = isWritten ? `${sensor.path}.model.expression` : sensor.path;
    const whose = isWritten ? "" : `sensor "${sensor.settings.name}" of the profile: `;
    return [{ path, found: expression, remedy: `${whose}${reason}` }];
  });
}
