import { useMemo } from "preact/hooks";
import { Cell, useCell } from "../cell";
import { Curve } from "../curves/curve";
import type { DeviceCurves } from "../curves/device-curves";
import { type CurveSize, seriesColours } from "../curves/plot";
import type { Reading, SensorCurve } from "../curves/sensor-curve";
import { useDashboard } from "../dashboard";
import { formatClock, formatDuration, formatName, formatRate, formatValue } from "../format";
import { ConditionMark } from "./condition-mark";

/** How a device does. */
export function DeviceMark({ device }: { readonly device: DeviceCurves }) {
  return <ConditionMark condition={useCell(device.state).condition} />;
}

/** From this age on it is said how old a device's newest observation is: its curves may be of another day. */
const oldMs = 60_000;

/** What a device sends a second, and how long it has been silent. */
export function DeviceRate({ device }: { readonly device: DeviceCurves }) {
  // A new one comes each second, so that the age goes on.
  const { messagesPerSecond } = useCell(device.state);
  const ageMs = useDashboard().nowMs - device.newestMs;
  return (
    <span class="rate" title="Messages a second">
      {Number.isFinite(ageMs) && ageMs >= oldMs && (
        <span data-testid="age">newest {formatDuration(ageMs)} ago · </span>
      )}
      {formatRate(messagesPerSecond)}/s
    </span>
  );
}

/** A sensor: its name, what it shows, and its curve. */
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

/** What a sensor shows now, or showed where the pointer is. */
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
