import type { DeviceFrame, DevicesFrame, PointsFrame } from "../../../../../../contract/frames/frames";
import { Cell } from "../cell";
import { SensorCurve } from "./sensor-curve";
import { isLive, type TimeWindow, timeWindow } from "./time-window";

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
