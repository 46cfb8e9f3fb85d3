import type { KeptWhenFull } from "../../../contract/environment/device";
import type { Mark } from "../simulate/observation";

const initialCapacity = 1024;

/**
 * Observations that wait to be sent, first in, first out, up to a limit. They lie in columns, some 40 bytes each, so that a hundred
 * thousand of them take little memory and no work of the garbage collector.
 *
 * When the ring is full, each new observation makes it drop one: the oldest if the newest are kept, or else the new one itself.
 */
export class ObservationRing {
  private capacity = initialCapacity;
  private sensors = new Uint32Array(initialCapacity);
  private seqs = new Float64Array(initialCapacity);
  private timestamps = new Float64Array(initialCapacity);
  private values = new Float64Array(initialCapacity);
  private marks: (string | Mark | undefined)[] = new Array<undefined>(initialCapacity).fill(undefined);
  private first = 0;
  private count = 0;
  private droppedCount = 0;

  constructor(
    readonly limit: number,
    private readonly keeps: KeptWhenFull,
  ) {}

  get size(): number {
    return this.count;
  }

  /** How many observations were dropped so far. */
  get dropped(): number {
    return this.droppedCount;
  }

  /** Adds an observation. @returns the sensor of the observation that was dropped, which may be the new one; undefined if none was */
  push(
    sensor: number,
    seq: number,
    timestampMs: number,
    value: number,
    mark: string | Mark | undefined,
  ): number | undefined {
    let dropped: number | undefined;
    if (this.count === this.limit) {
      this.droppedCount++;
      if (this.keeps === "oldest") return sensor;
      dropped = this.sensor;
      this.removeFirst();
    }
    if (this.count === this.capacity) this.grow();
    const place = (this.first + this.count) % this.capacity;
    this.sensors[place] = sensor;
    this.seqs[place] = seq;
    this.timestamps[place] = timestampMs;
    this.values[place] = value;
    this.marks[place] = mark;
    this.count++;
    return dropped;
  }

  /** The sensor of the oldest observation. This and the following have no meaning while the ring is empty. */
  get sensor(): number {
    return this.sensors[this.first] ?? 0;
  }

  get seq(): number {
    return this.seqs[this.first] ?? 0;
  }

  get timestampMs(): number {
    return this.timestamps[this.first] ?? 0;
  }

  get value(): number {
    return this.values[this.first] ?? 0;
  }

  get mark(): string | Mark | undefined {
    return this.marks[this.first];
  }

  /** Removes the oldest observation. */
  removeFirst(): void {
    this.marks[this.first] = undefined;
    this.first = (this.first + 1) % this.capacity;
    this.count--;
  }

  private grow(): void {
    const capacity = Math.min(this.capacity * 2, Math.max(this.limit, initialCapacity));
    this.sensors = this.unrolled(this.sensors, new Uint32Array(capacity));
    this.seqs = this.unrolled(this.seqs, new Float64Array(capacity));
    this.timestamps = this.unrolled(this.timestamps, new Float64Array(capacity));
    this.values = this.unrolled(this.values, new Float64Array(capacity));
    this.marks = [...this.marks.slice(this.first), ...this.marks.slice(0, this.first)];
    this.marks.length = capacity;
    this.marks.fill(undefined, this.capacity);
    this.capacity = capacity;
    this.first = 0;
  }

  /** Copies a full column so that the oldest observation comes first. */
  private unrolled<Column extends Uint32Array | Float64Array>(from: Column, to: Column): Column {
    to.set(from.subarray(this.first));
    to.set(from.subarray(0, this.first), this.capacity - this.first);
    return to;
  }
}
