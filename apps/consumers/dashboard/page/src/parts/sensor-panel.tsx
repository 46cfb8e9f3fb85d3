import { useMemo } from "preact/hooks";
import { Cell, useCell } from "../cell";
import { Curve, type CurveSize } from "../curves/curve";
import type { DeviceCurves } from "../curves/device-curves";
import { seriesColours } from "../curves/plot";
import type { Reading, SensorCurve } from "../curves/sensor-curve";
import { formatClock, formatName, formatValue } from "../format";

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
