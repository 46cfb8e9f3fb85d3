import type { LostLabel } from "../../../contract/messages/fault-labels";
import type { FaultType } from "../../../contract/models/faults";
import { faultNames } from "../simulate/faults/sensor-faults";
import type { HeldBack, Mark } from "../simulate/observation";
import type { ObservationSink } from "../simulate/sensor-stream";

/** A message as the sink received it. */
export interface RecordedMessage {
  readonly sensor: number;
  readonly seq: number;
  readonly timestampMs: number;
  readonly value: number;
  readonly label: string | undefined;
  readonly kinds: readonly FaultType[];
  /** When it was observed by a correct clock, in milliseconds since 1970. */
  readonly observedAtMs: number;
  readonly lost: LostLabel | undefined;
  readonly held: HeldBack | undefined;
  readonly isDuplicate: boolean;
}

/** An observation that faults affected, as the sink was notified of it. */
export interface RecordedStrike {
  readonly sensor: number;
  readonly seq: number;
  readonly timeMs: number;
  readonly kinds: readonly FaultType[];
  readonly isLost: boolean;
}

/** A sink that records everything it receives. */
export class RecordingSink implements ObservationSink {
  readonly messages: RecordedMessage[] = [];
  readonly strikes: RecordedStrike[] = [];

  push(
    sensor: number,
    seq: number,
    timestampMs: number,
    value: number,
    mark: string | Mark | undefined,
  ): void {
    this.record(sensor, seq, timestampMs, value, mark, false);
  }

  pushDuplicate(sensor: number, seq: number, timestampMs: number, value: number, mark: Mark): void {
    this.record(sensor, seq, timestampMs, value, mark, true);
  }

  struck(sensor: number, seq: number, timeMs: number, kinds: number, isLost: boolean): void {
    this.strikes.push({ sensor, seq, timeMs, kinds: faultNames(kinds), isLost });
  }

  /** The times of the observations of its messages, without declared duplicates, in the order of sending. */
  get observedAtMs(): number[] {
    return this.messages.filter(({ isDuplicate }) => !isDuplicate).map(({ observedAtMs }) => observedAtMs);
  }

  private record(
    sensor: number,
    seq: number,
    timestampMs: number,
    value: number,
    mark: string | Mark | undefined,
    isDuplicate: boolean,
  ): void {
    const isMarked = typeof mark === "object";
    this.messages.push({
      sensor,
      seq,
      timestampMs,
      value,
      label: isMarked ? mark.label : mark,
      kinds: isMarked ? faultNames(mark.kinds) : [],
      observedAtMs: isMarked ? mark.observedAtMs : timestampMs,
      lost: isMarked ? mark.lost : undefined,
      held: isMarked ? mark.held : undefined,
      isDuplicate,
    });
  }
}
