import type { NewPoints, Point, SensorFrame } from "../../../../../../contract/frames/frames";
import { Cell } from "../cell";

/** The present value of a sensor. */
export interface Reading {
  readonly timeMs: number;
  readonly value: number;
  readonly label?: string;
}

/** A curve keeps at least so many points, or as many as it got at first: they cover the time span of a card at any rate. */
const minKept = 900;
/** Old points are dropped in lots, because each lot moves all other points. */
const slack = 128;

/** The points of one sensor, in the order of their times, and its present value. */
export class SensorCurve {
  readonly unit: string | undefined;
  readonly reading: Cell<Reading>;
  /** Its values have names, so that the curve goes in steps. */
  isStepped: boolean;
  times: number[] = [];
  values: number[] = [];
  /** The time of the latest point that came while the curve was shown; -Infinity before the first. */
  freshMs = -Infinity;
  private max = minKept;

  constructor(
    readonly name: string,
    frame: SensorFrame,
  ) {
    this.unit = frame.unit;
    this.reading = new Cell<Reading>(frame.last);
    this.isStepped = frame.last.label !== undefined;
    this.load(frame);
  }

  /** Replaces all points. */
  load({ points, last }: SensorFrame): void {
    this.times = points.map(([timeMs]) => timeMs);
    this.values = points.map(([, value]) => value);
    this.max = Math.max(minKept, points.length);
    this.show(last);
  }

  /** Appends points that are later than the latest. A frame of all points may have had the others already. */
  add({ points, label }: NewPoints): void {
    const before = this.latestMs;
    for (const [timeMs, value] of laterThan(points, before)) {
      this.times.push(timeMs);
      this.values.push(value);
    }
    if (this.latestMs > before) this.freshMs = this.latestMs;
    if (this.times.length > this.max + slack) {
      this.times = this.times.slice(-this.max);
      this.values = this.values.slice(-this.max);
    }
    const last = points.at(-1);
    if (last !== undefined && last[0] >= this.reading.value.timeMs)
      this.show({ timeMs: last[0], value: last[1], ...(label !== undefined && { label }) });
  }

  /** The time of its latest point; -Infinity if it has none. */
  get latestMs(): number {
    return this.times.at(-1) ?? -Infinity;
  }

  private show(reading: Reading): void {
    this.reading.value = reading;
    if (reading.label !== undefined) this.isStepped = true;
  }
}

/** Points later than a time. @param points in order */
export function laterThan(points: readonly Point[], timeMs: number): readonly Point[] {
  const first = points.findIndex((point) => point[0] > timeMs);
  return first < 0 ? [] : first === 0 ? points : points.slice(first);
}
