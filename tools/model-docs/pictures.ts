import { modelTypes } from "../../contract/models/models";
import { parseReplayTable } from "../../contract/models/replay-table";
import type { SensorSettings } from "../../contract/models/sensor";
import { showDurationMs } from "../../infra/model/units";
import { fillInDevices } from "../../infra/config/devices";
import { profileNames } from "../../infra/config/profiles";
import { SensorEntry } from "../../infra/config/schema/sensors";
import { sampled, sensibleSpanMs } from "../preview-signal/sampling";
import { examples, recordedCsv } from "./examples";
import { type Panel, panelValues, picture, type Stroke } from "./svg";
import { prepareSignals } from "../../apps/device/simulate/signals";
import { dayMs } from "../../contract/values/fields";

/** A Monday, so that a week ends with the weekend. */
const fromMs = Date.UTC(2026, 10, 23);
const device = "device-1";
const seed = "1";

/** The contents of all pictures of docs/models.md, by the names of their files. */
export function pictures(): Map<string, string> {
  const ofModels = modelTypes.map((type): [string, string] => {
    const { sensors, spanMs } = examples[type];
    const entry = {
      name: device,
      sensors: sensors.map((each) => SensorEntry.parse(each)),
      faults: [],
      tags: {},
    };
    return [`${type}.svg`, pictureOf(sensorsOf(entry), () => spanMs)];
  });
  const ofProfiles = profileNames.map((profile): [string, string] => {
    const sensors = sensorsOf({ name: device, profile, faults: [], tags: {} });
    const span = (sensor: SensorSettings) => Math.min(sensibleSpanMs(sensor, sensors), dayMs);
    return [`profile-${profile}.svg`, pictureOf(sensors, span)];
  });
  return new Map([...ofModels, ...ofProfiles]);
}

function sensorsOf(entry: Parameters<typeof fillInDevices>[0][number]): readonly SensorSettings[] {
  return fillInDevices([entry], {})[0]?.sensors ?? [];
}

function pictureOf(sensors: readonly SensorSettings[], spanMs: (sensor: SensorSettings) => number): string {
  const signals = prepareSignals(sensors, { seed, replayTable })(device);
  const panels = sensors.flatMap((sensor, index): Panel[] => {
    const signal = signals[index];
    if (signal === undefined) return [];
    const span = { fromMs, lengthMs: spanMs(sensor) };
    const { name, unit, model, precision, interval } = sensor;
    const title = `${name}${unit === undefined ? "" : ` in ${unit}`}, every ${showDurationMs(interval)}`;
    const values = sampled(
      signal,
      interval,
      span,
      Math.min(panelValues, Math.floor(span.lengthMs / interval) + 1),
    );
    return [{ title, sampled: values, span, stroke: strokes[model.type] ?? "line", precision }];
  });
  return picture(panels);
}

const strokes: Partial<Record<SensorSettings["model"]["type"], Stroke>> = {
  uniform: "dots",
  gaussian: "dots",
  choice: "dots",
  constant: "steps",
  counter: "steps",
  states: "steps",
  replay: "steps",
};

function replayTable({
  column,
  timeColumn,
}: {
  column?: string | undefined;
  timeColumn?: string | undefined;
}) {
  const table = parseReplayTable(Buffer.from(recordedCsv), { column, timeColumn });
  if (table.kind === "problem") throw new Error(`the recorded values of the example: ${table.reason}`);
  return table;
}
