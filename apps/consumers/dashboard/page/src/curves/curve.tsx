import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import type { Cell } from "../cell";
import { useDashboard } from "../dashboard";
import { colourChanges } from "../theme";
import type { DeviceCurves } from "./device-curves";
import { curveOptions, type CurveSize, makePlot } from "./plot";
import { markCurve, markDrawn, watchSight } from "./redraw";
import type { Reading, SensorCurve } from "./sensor-curve";

/** A sensor's curve. It draws itself while it is visible, independently of the components around it. */
export function Curve({
  device,
  sensor,
  series,
  size,
  hasTimes,
  hovered,
}: {
  readonly device: DeviceCurves;
  readonly sensor: SensorCurve;
  /** The number of the sensor in its device, for its colour. */
  readonly series: number;
  readonly size: CurveSize;
  /** Whether its time axis has texts: in a card only the lowest curve has them. */
  readonly hasTimes: boolean;
  /** Gets the point under the pointer. */
  readonly hovered: Cell<Reading | undefined>;
}) {
  const host = useRef<HTMLDivElement>(null);
  const dashboard = useDashboard();
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const drawing = new CurveDrawing(element, device, sensor, { series, size, hasTimes }, hovered);
    let markedMs = sensor.freshMs;
    const draw = () => {
      if (!drawing.draw(dashboard.nowMs) || sensor.freshMs <= markedMs) return;
      markedMs = sensor.freshMs;
      markDrawn(markedMs, device.isLive);
    };
    const ends = [
      dashboard.redraws.add(draw),
      colourChanges.subscribe(() => drawing.redraw()),
      watchSight(element, (isSeen) => {
        drawing.isSeen = isSeen;
        drawing.draw(dashboard.nowMs);
        // Points that came while the curve was not visible were not late.
        markedMs = sensor.freshMs;
      }),
    ];
    const resizes = new ResizeObserver(() => drawing.resize());
    resizes.observe(element);
    return () => {
      for (const end of ends) end();
      resizes.disconnect();
      drawing.end();
    };
  }, [device, sensor, series, size, hasTimes, hovered, dashboard]);
  return <div class={`curve curve-${size}`} ref={host} aria-hidden="true" />;
}

/** The plot of a curve. It is created when it first becomes visible: a page of devices has more curves than a screen shows. */
class CurveDrawing {
  isSeen = false;
  private plot: uPlot | undefined;
  private drawn: { latestMs: number; times: readonly number[]; spanMs: number; toMs: number } | undefined;

  constructor(
    private readonly host: HTMLElement,
    private readonly device: DeviceCurves,
    private readonly sensor: SensorCurve,
    private readonly style: { readonly series: number; readonly size: CurveSize; readonly hasTimes: boolean },
    private readonly hovered: Cell<Reading | undefined>,
  ) {}

  /** @returns whether there was something new to draw */
  draw(nowMs: number): boolean {
    if (!this.isSeen || this.host.clientWidth === 0) return false;
    const { sensor, drawn } = this;
    const { fromMs, toMs } = this.device.window(nowMs, this.style.size === "large");
    const { latestMs } = sensor;
    const pixelMs = (toMs - fromMs) / this.host.clientWidth;
    const spanMs = toMs - fromMs;
    const isDrawn = drawn?.latestMs === latestMs && drawn.times === sensor.times && drawn.spanMs === spanMs;
    if (isDrawn && Math.abs(toMs - drawn.toMs) < pixelMs) return false;
    this.drawn = { latestMs, times: sensor.times, spanMs, toMs };
    const plot = (this.plot ??= this.make());
    plot.batch(() => {
      plot.setData([sensor.times, sensor.values], false);
      plot.setScale("x", { min: fromMs, max: toMs });
    });
    if (sensor.times.length > 0) markCurve();
    return true;
  }

  /** Colours have changed. */
  redraw(): void {
    this.plot?.redraw();
  }

  resize(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width > 0) this.plot?.setSize({ width, height });
  }

  end(): void {
    this.plot?.destroy();
  }

  private make(): uPlot {
    const { sensor, hovered, host } = this;
    const onHover = (index: number | undefined) => {
      const timeMs = index === undefined ? undefined : sensor.times[index];
      const value = index === undefined ? undefined : sensor.values[index];
      hovered.value = timeMs === undefined || value === undefined ? undefined : { timeMs, value };
    };
    const options = curveOptions({
      ...this.style,
      isStepped: () => sensor.isStepped,
      syncKey: this.device.frame.name,
      onHover,
    });
    return makePlot(host, options);
  }
}
