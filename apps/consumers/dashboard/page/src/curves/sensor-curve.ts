import type { NewPoints, Point, SensorFrame } from "../../../../../../contract/frames/frames";
import { Cell } from "../cell";

/** What a sensor shows now. */
export interface Reading {
  readonly timeMs: number;
  readonly value: number;
  readonly label?: string;
}

/** A curve keeps what it was given at first and as many as this: they cover the time that cards show, at any rate that is drawn. */
const fewestKept = 900;
/** Points are dropped in lots, because each lot moves all that stay. */
const slack = 128;

/** The points of one sensor, in the order of their times, and what it shows now. */
export class SensorCurve {
  readonly unit: string | undefined;
  readonly reading: Cell<Reading>;
  /** It has names for its values: it does not go gradually from one to the next. */
  isStepped: boolean;
  times: number[] = [];
  values: number[] = [];
  /** When the newest point was observed that came while the curve was shown; -Infinity before the first. */
  freshMs = -Infinity;
  private most = fewestKept;

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
    this.most = Math.max(fewestKept, points.length);
    this.show(last);
  }

  /** Appends points. Those that are not newer than the newest have come already: a frame of all points may have had them. */
  add({ points, label }: NewPoints): void {
    const before = this.newestMs;
    for (const [timeMs, value] of newerThan(points, before)) {
      this.times.push(timeMs);
      this.values.push(value);
    }
    if (this.newestMs > before) this.freshMs = this.newestMs;
    if (this.times.length > this.most + slack) {
      this.times = this.times.slice(-this.most);
      this.values = this.values.slice(-this.most);
    }
    const last = points.at(-1);
    if (last !== undefined && last[0] >= this.reading.value.timeMs)
      this.show({ timeMs: last[0], value: last[1], ...(label !== undefined && { label }) });
  }

  /** When its newest point was observed; -Infinity if it has none. */
  get newestMs(): number {
    return this.times.at(-1) ?? -Infinity;
  }

  private show(reading: Reading): void {
    this.reading.value = reading;
    if (reading.label !== undefined) this.isStepped = true;
  }
}

/** The points, which are in order, that are newer than a time. */
export function newerThan(points: readonly Point[], timeMs: number): readonly Point[] {
  const first = points.findIndex((point) => point[0] > timeMs);
  return first < 0 ? [] : first === 0 ? points : points.slice(first);
}
