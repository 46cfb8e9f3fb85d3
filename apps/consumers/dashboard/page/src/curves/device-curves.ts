import type { DeviceFrame, DevicesFrame, PointsFrame } from "../../../../../../contract/frames/frames";
import { Cell } from "../cell";
import { SensorCurve } from "./sensor-curve";

/** The time span that a device's curves show. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Observations this close to now are live; others come from recorded history, from a faster clock, or from before an outage. */
const liveWithinMs = 10_000;
/**
 * The maximum number of points of the fastest sensor's curve, and the minimum of the slowest one's. The server begins with 120 of each; the
 * maximum is a little lower, so that the age of the latest point does not switch between two spans.
 */
const [maxShown, minShown] = [110, 10];
const minSpanMs = 10_000;
const seconds = [10, 30, 60, 120, 180, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400];

/** Whether observations are of now: the curves of such devices end now, so that a device that stops can be seen. */
export function isLive(latestMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - latestMs) <= liveWithinMs;
}

/**
 * The time span of all curves of a device: some minutes for sensors that observe each second, longer for slower ones. The span has a round
 * length, because the axis would jitter otherwise, unless all points are shown.
 *
 * @param curves the times of each sensor's points, in order
 * @param showAll whether to show all points
 */
export function timeWindow(
  curves: readonly (readonly number[])[],
  live: boolean,
  nowMs: number,
  showAll = false,
): TimeWindow {
  const drawn = curves.filter((times) => times.length > 0);
  const latestMs = Math.max(...drawn.map((times) => times.at(-1) ?? nowMs));
  const toMs = live || drawn.length === 0 ? nowMs : latestMs;
  const spans = (count: number) =>
    drawn.map((times) => toMs - (times[Math.max(0, times.length - count)] ?? toMs));
  const wanted = showAll
    ? Math.max(0, ...spans(Infinity))
    : Math.max(Math.min(...spans(maxShown)), Math.max(...spans(minShown)), 0);
  const spanMs = Number.isFinite(wanted) ? wanted : 0;
  return { fromMs: toMs - (showAll ? Math.max(spanMs, minSpanMs) : roundedUp(spanMs)), toMs };
}

function roundedUp(spanMs: number): number {
  const round = seconds.find((second) => second * 1_000 >= spanMs);
  return round === undefined ? Math.ceil(spanMs / 86_400_000) * 86_400_000 : round * 1_000;
}

type DeviceState = Pick<DeviceFrame, "condition" | "messagesPerSecond">;

/** A device whose curves are drawn. */
export class DeviceCurves {
  readonly state: Cell<DeviceState>;
  readonly sensors = new Map<string, SensorCurve>();
  /** Whether its observations are of now. */
  isLive = false;

  constructor(readonly frame: DeviceFrame) {
    this.state = new Cell<DeviceState>(frame);
  }

  /** Takes all points; curves that exist already stay the same objects. */
  load(frame: DeviceFrame, nowMs: number): void {
    this.state.value = frame;
    for (const sensor of frame.sensors) {
      const curve = this.sensors.get(sensor.name);
      if (curve === undefined) this.sensors.set(sensor.name, new SensorCurve(sensor.name, sensor));
      else curve.load(sensor);
    }
    this.noteArrival(nowMs);
  }

  /** Takes new points, by sensor. Points of a new sensor come again with the next frame of devices. */
  add(bySensor: PointsFrame["points"][string], nowMs: number): void {
    for (const [name, points] of Object.entries(bySensor)) this.sensors.get(name)?.add(points);
    this.noteArrival(nowMs);
  }

  /** The time of its latest point; -Infinity if it has none. */
  get latestMs(): number {
    return Math.max(...[...this.sensors.values()].map((curve) => curve.latestMs));
  }

  window(nowMs: number, showAll: boolean): TimeWindow {
    const curves = [...this.sensors.values()].map(({ times }) => times);
    return timeWindow(curves, this.isLive, nowMs, showAll);
  }

  /** Decided only when points arrive: a device that has stopped stays live. */
  private noteArrival(nowMs: number): void {
    const { latestMs } = this;
    if (Number.isFinite(latestMs)) this.isLive = isLive(latestMs, nowMs);
  }
}

/** The devices that the page shows, with their curves. */
export class CurveStore {
  private devices = new Map<string, DeviceCurves>();

  /** @param redraw called when curves have changed or time has passed */
  constructor(private readonly redraw: () => void) {}

  get(device: string): DeviceCurves | undefined {
    return this.devices.get(device);
  }

  /** Takes a frame of devices, and forgets all others. */
  load({ devices }: DevicesFrame, nowMs: number): void {
    this.devices = new Map(
      devices.map((frame) => {
        const curves = this.devices.get(frame.name) ?? new DeviceCurves(frame);
        curves.load(frame, nowMs);
        return [frame.name, curves];
      }),
    );
    this.redraw();
  }

  add({ points, states, nowMs }: PointsFrame): void {
    for (const [device, bySensor] of Object.entries(points)) this.devices.get(device)?.add(bySensor, nowMs);
    for (const [device, state] of Object.entries(states ?? {})) {
      const curves = this.devices.get(device);
      if (curves !== undefined) curves.state.value = state;
    }
    this.redraw();
  }
}
