import type { SensorSettings } from "../../contract/models/sensor";
import { escapeControls } from "../../apps/shared/text";
import { showDurationMs } from "../../infra/model/units";
import { chart, curveColumns, decimalsOf, middleOf, showNumber } from "./chart";
import { type Sampled, sampled, sensibleSpanMs, type Span } from "./sampling";
import type { Subject } from "./subject";
import { prepareSignals, type SignalContext } from "../../apps/device/simulate/signals";

/** A subject and how to show it. */
export interface Preview extends SignalContext {
  readonly subject: Subject;
  readonly device: string;
  readonly fromMs: number;
  /** Undefined for the best span of each signal. */
  readonly spanMs: number | undefined;
  /** The columns of the terminal. */
  readonly width: number;
}

/** Draws the signal of each sensor of a subject. */
export function describeSignals(preview: Preview): string {
  const { subject, device, seed, replayTable, fromMs, spanMs } = preview;
  const { sensors } = subject;
  const signals = prepareSignals(sensors, { seed, replayTable })(device);
  const heading = `${subject.title}: device ${escapeControls(device)}, seed ${escapeControls(seed)}, times in UTC`;
  const charts = sensors.flatMap((sensor, index) => {
    const signal = signals[index];
    if (signal === undefined) return [];
    const span = { fromMs, lengthMs: spanMs ?? sensibleSpanMs(sensor, sensors) };
    const draw = (columns: number) => sampled(signal, sensor.interval, span, columns);
    return [describeSignal(sensor, span, draw, preview.width)];
  });
  return [heading, ...charts].join("\n\n");
}

function describeSignal(
  sensor: SensorSettings,
  span: Span,
  draw: (columns: number) => Sampled,
  width: number,
): string {
  const { min, mean, max, labels } = draw(2);
  const decimals = decimalsOf(min, max, sensor.precision);
  const show = (value: number) => showNumber(value, decimals);
  const marks = marksOf(min, max, labels, show);
  const drawn = draw(curveColumns(width, span, [...marks.values()]));
  const unit = sensor.unit === undefined ? "" : ` ${sensor.unit}`;
  const from = new Date(span.fromMs).toISOString().replace("T", " ").replace(":00.000Z", "");
  return [
    `${sensor.name}: ${sensor.model.type}, every ${showDurationMs(sensor.interval)}, ${showDurationMs(span.lengthMs)} from ${from}`,
    `min ${show(min)}${unit}, mean ${showNumber(mean, Math.max(decimals, 1))}${unit}, max ${show(max)}${unit}`,
    chart(drawn, span, marks),
  ].join("\n");
}

/** The marks of the axis of values: the names of named values, otherwise minimum, middle and maximum. */
function marksOf(
  min: number,
  max: number,
  labels: ReadonlyMap<number, string>,
  show: (value: number) => string,
): Map<number, string> {
  if (labels.size > 0) {
    const ends = [min, max].filter((value) => !labels.has(value));
    return new Map([...ends.map((value) => [value, show(value)] as const), ...labels]);
  }
  return new Map([min, middleOf(min, max), max].map((value) => [value, show(value)]));
}
