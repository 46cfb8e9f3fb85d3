import { derivedProblems } from "../../../contract/models/derived-problems";
import type { Problem } from "../../../contract/problems";
import { showDurationMs } from "../../model/units";
import type { ParsedSensor } from "../devices";
import { type ParsedConfig, type ParsedDevice, problemWith } from "../parsed-config";

/** What is wrong between the fields of a sensor, or between the sensors of a device. */
export function sensorProblems({ readableDevices, sensors }: ParsedConfig): Problem[] {
  const problems = [
    ...readableDevices.flatMap((device) => deviceSensorProblems(device.sensors, device)),
    // These are checked also if no device uses them, because all devices list their own.
    ...deviceSensorProblems(sensors, undefined),
  ];
  // Devices with the same sensors have the same problems.
  return [...new Map(problems.map((problem) => [`${problem.path}\n${problem.remedy}`, problem])).values()];
}

function deviceSensorProblems(sensors: readonly ParsedSensor[], device: ParsedDevice | undefined): Problem[] {
  return [
    ...sensors.flatMap((sensor) => [...boundProblems(sensor), ...jitterProblems(sensor, device)]),
    ...expressionProblems(sensors),
  ];
}

/** A minimum above the maximum; one of them may come from the profile. */
function boundProblems({ settings, entry, path }: ParsedSensor): Problem[] {
  const { min = -Infinity, max = Infinity } = settings;
  if (min <= max || entry === undefined) return [];
  if (entry.min === undefined) {
    const remedy = `write a number from ${min}, which is the profile's min, or set min too`;
    return [problemWith({ path: `${path}.max`, written: max }, remedy)];
  }
  const origin = entry.max === undefined ? ", which is the profile's max, or set max too" : ", its max";
  return [problemWith({ path: `${path}.min`, written: min }, `write a number up to ${max}${origin}`)];
}

/** Observations keep their order only if each is made before the next is due. */
function jitterProblems(
  { settings: { interval, jitter }, entry, path }: ParsedSensor,
  device: ParsedDevice | undefined,
): Problem[] {
  if (jitter <= interval) return [];
  const ofSensor = entry?.jitter !== undefined || device === undefined;
  if (ofSensor || device.entry.jitter !== undefined) {
    const place = ofSensor ? `${path}.jitter` : device.field("jitter").path;
    const remedy = `lower it to at most ${showDurationMs(interval)}, the sensor's interval`;
    return [problemWith({ path: place, written: showDurationMs(jitter) }, remedy)];
  }
  const remedy = `lengthen it to at least ${showDurationMs(jitter)}, the jitter of a sensor of the profile, or set jitter`;
  return [problemWith({ path: device.field("interval").path, written: showDurationMs(interval) }, remedy)];
}

/** Expressions that cannot be read, or that refer to unknown sensors. */
function expressionProblems(sensors: readonly ParsedSensor[]): Problem[] {
  return derivedProblems(sensors.map(({ settings }) => settings)).flatMap(({ index, reason }) => {
    const sensor = sensors[index];
    if (sensor === undefined || sensor.settings.model.type !== "derived") return [];
    const { expression } = sensor.settings.model;
    if (sensor.entry?.model !== undefined)
      return [problemWith({ path: `${sensor.path}.model.expression`, written: expression }, reason)];
    // A profile's own expression can only become wrong by what the user has changed beside it.
    const remedy = `sensor "${sensor.settings.name}" of the profile: ${reason}`;
    return [problemWith({ path: sensor.path, written: expression }, remedy)];
  });
}
