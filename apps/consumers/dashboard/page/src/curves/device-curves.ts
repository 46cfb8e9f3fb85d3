import type { DeviceFrame, DevicesFrame, PointsFrame } from "../../../../../../contract/frames/frames";
import { Cell } from "../cell";
import { SensorCurve } from "./sensor-curve";

/** The part of time that a device's curves show. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Observations this close to now are live; others come from history, from a faster clock, or from before an outage. */
const liveWithinMs = 10_000;
/**
 * Points that the fastest sensor's curve shows, and that the slowest one's shows at least. The server begins with 120 of each; a few less, so
 * that the age of the newest does not make it the next longer time and back again.
 */
const [maxShown, fewestShown] = [110, 10];
const fewestMs = 10_000;
const seconds = [10, 30, 60, 120, 180, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400];

/** Whether devices' time is the clock's: their curves then end now, so that one that stops is seen to. */
export function isLive(newestMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - newestMs) <= liveWithinMs;
}

/**
 * What all curves of a device show, so that one is below the other: some minutes for what is observed each second, longer for what is
 * observed seldom. Only round lengths, because the axis would shiver otherwise, unless all is shown.
 *
 * @param curves the times of each sensor's points, in order
 * @param showAll whether to show all points there are
 */
export function timeWindow(
  curves: readonly (readonly number[])[],
  live: boolean,
  nowMs: number,
  showAll = false,
): TimeWindow {
  const drawn = curves.filter((times) => times.length > 0);
  const newestMs = Math.max(...drawn.map((times) => times.at(-1) ?? nowMs));
  const toMs = live || drawn.length === 0 ? nowMs : newestMs;
  const spans = (count: number) =>
    drawn.map((times) => toMs - (times[Math.max(0, times.length - count)] ?? toMs));
  const wanted = showAll
    ? Math.max(0, ...spans(Infinity))
    : Math.max(Math.min(...spans(maxShown)), Math.max(...spans(fewestShown)), 0);
  const spanMs = Number.isFinite(wanted) ? wanted : 0;
  return { fromMs: toMs - (showAll ? Math.max(spanMs, fewestMs) : roundedUp(spanMs)), toMs };
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
  /** Whether its time is the clock's. */
  isLive = false;

  constructor(readonly frame: DeviceFrame) {
    this.state = new Cell<DeviceState>(frame);
  }

  /** Takes all points there are; curves that are drawn already stay the same. */
  load(frame: DeviceFrame, nowMs: number): void {
    this.state.value = frame;
    for (const sensor of frame.sensors) {
      const curve = this.sensors.get(sensor.name);
      if (curve === undefined) this.sensors.set(sensor.name, new SensorCurve(sensor.name, sensor));
      else curve.load(sensor);
    }
    this.noteArrival(nowMs);
  }

  /** Takes new points, by sensor. Those of a sensor that is new come again with the next frame of devices. */
  add(bySensor: PointsFrame["points"][string], nowMs: number): void {
    for (const [name, points] of Object.entries(bySensor)) this.sensors.get(name)?.add(points);
    this.noteArrival(nowMs);
  }

  /** When its newest point was observed; -Infinity if it has none. */
  get newestMs(): number {
    return Math.max(...[...this.sensors.values()].map((curve) => curve.newestMs));
  }

  window(nowMs: number, showAll: boolean): TimeWindow {
    const curves = [...this.sensors.values()].map(({ times }) => times);
    return timeWindow(curves, this.isLive, nowMs, showAll);
  }

  /** Decided when points arrive, not while they do not: a device that has stopped is still one of now. */
  private noteArrival(nowMs: number): void {
    const { newestMs } = this;
    if (Number.isFinite(newestMs)) this.isLive = isLive(newestMs, nowMs);
  }
}

/** The devices that the page shows, with their curves. */
export class CurveStore {
  private devices = new Map<string, DeviceCurves>();

  /** @param redraw called when curves have changed or time has gone on */
  constructor(private readonly redraw: () => void) {}

  get(device: string): DeviceCurves | undefined {
    return this.devices.get(device);
  }

  /** Takes a frame of devices: those that are not in it are forgotten. */
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
