import type { CountsByDevice } from "../report/counts";
import type { Mark } from "../simulate/observation";
import type { ObservationRing } from "./observation-ring";
import type { Tally } from "../report/counts";
import type { ObservationSink } from "../simulate/sensor-stream";

export interface FleetSinkEvents {
  /** An observation waits in the ring. */
  readonly onObserved: () => void;
  /** An observation was dropped because the ring is full. */
  readonly onDropped: () => void;
  /** A declared fault has lost an observation; `kinds` are its bits (`faultBits`). */
  readonly onLost: (sensor: number, seq: number, timeMs: number, kinds: number) => void;
}

/** Receives the observations of a fleet: counts them and adds them to the ring. */
export class FleetSink implements ObservationSink {
  constructor(
    private readonly ring: ObservationRing,
    private readonly tally: Tally,
    private readonly counts: CountsByDevice,
    private readonly events: FleetSinkEvents,
  ) {}

  push(
    sensor: number,
    seq: number,
    timestampMs: number,
    value: number,
    mark: string | Mark | undefined,
  ): void {
    this.tally.observed++;
    this.keep(sensor, seq, timestampMs, value, mark);
  }

  pushDuplicate(sensor: number, seq: number, timestampMs: number, value: number, mark: Mark): void {
    this.tally.declaredDuplicates++;
    this.keep(sensor, seq, timestampMs, value, mark);
  }

  struck(sensor: number, seq: number, timeMs: number, kinds: number, isLost: boolean): void {
    this.tally.injected(sensor, kinds);
    if (!isLost) return;
    this.tally.observed++;
    this.tally.declaredLost++;
    this.events.onLost(sensor, seq, timeMs, kinds);
  }

  private keep(
    sensor: number,
    seq: number,
    timestampMs: number,
    value: number,
    mark: string | Mark | undefined,
  ): void {
    this.counts.produced(sensor);
    const dropped = this.ring.push(sensor, seq, timestampMs, value, mark);
    if (dropped !== undefined) {
      this.counts.dropped(dropped);
      this.events.onDropped();
    }
    this.events.onObserved();
  }
}
