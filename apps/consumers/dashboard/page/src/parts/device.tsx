import { useMemo } from "preact/hooks";
import { Cell, useCell } from "../cell";
import { Curve } from "../curves/curve";
import type { DeviceCurves } from "../curves/device-curves";
import { type CurveSize, seriesColours } from "../curves/plot";
import type { Reading, SensorCurve } from "../curves/sensor-curve";
import { useDashboard } from "../dashboard";
import { formatClock, formatDuration, formatName, formatRate, formatValue } from "../format";
import { ConditionMark } from "./condition-mark";

/** The condition of a device. */
export function DeviceMark({ device }: { readonly device: DeviceCurves }) {
  return <ConditionMark condition={useCell(device.state).condition} />;
}

/** From this age on, the age of the latest observation is shown: its curves may be of another day. */
const oldMs = 60_000;

/** The rate of a device, and how long it has been silent. */
export function DeviceRate({ device }: { readonly device: DeviceCurves }) {
  // A new state comes each second, so that the age is current.
  const { messagesPerSecond } = useCell(device.state);
  const ageMs = useDashboard().nowMs - device.latestMs;
  return (
    <span class="rate" title="Messages a second">
      {Number.isFinite(ageMs) && ageMs >= oldMs && (
        <span data-testid="age">latest {formatDuration(ageMs)} ago · </span>
      )}
      {formatRate(messagesPerSecond)}/s
    </span>
  );
}

/** A sensor: its name, its value, and its curve. */
export function SensorPanel({
  device,
  sensor,
  series,
  size,
  hasTimes,
}: {
  readonly device: DeviceCurves;
  readonly sensor: SensorCurve;
  readonly series: number;
  readonly size: CurveSize;
  readonly hasTimes: boolean;
}) {
  const hovered = useMemo(() => new Cell<Reading | undefined>(undefined), []);
  return (
    <li
      class={`sensor series-${(series % seriesColours) + 1}`}
      data-testid="sensor"
      data-sensor={sensor.name}
    >
      <div class="sensor-head">
        <span class="sensor-name" title={sensor.name}>
          {formatName(sensor.name)}
        </span>
        <SensorReading sensor={sensor} hovered={hovered} />
      </div>
      <Curve
        device={device}
        sensor={sensor}
        series={series}
        size={size}
        hasTimes={hasTimes}
        hovered={hovered}
      />
    </li>
  );
}

/** The present value of a sensor, or its value under the pointer. */
function SensorReading({
  sensor,
  hovered,
}: {
  readonly sensor: SensorCurve;
  readonly hovered: Cell<Reading | undefined>;
}) {
  const now = useCell(sensor.reading);
  const then = useCell(hovered);
  const shown = then ?? now;
  return (
    <span class="sensor-reading">
      {then !== undefined && <time class="sensor-time">{formatClock(then.timeMs)}</time>}
      <b data-testid="reading">{shown.label ?? formatValue(shown.value)}</b>
      {shown.label === undefined && sensor.unit !== undefined && (
        <span class="sensor-unit">{sensor.unit}</span>
      )}
    </span>
  );
}
