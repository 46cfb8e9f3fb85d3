import { hourMs, type Milliseconds } from "../../contract/values/fields";
import type { Written } from "./resume";
import type { SensorStream } from "./simulate/sensor-stream";

export interface HistorySettings {
  /** How long before the first start history begins; 0 for none. */
  readonly backfillMs: Milliseconds;
  /** When it begins, instead. */
  readonly fromMs: number | undefined;
  readonly speed: number;
}

/**
 * A device that was killed soon after its first start does not know any more when that was: sensors that had sent nothing by then
 * begin with the others, if that was not longer ago than this before what would be their beginning now.
 */
const sameStartWithinMs = hourMs;

/** Whether what earlier lives have written decides where to go on: otherwise devices begin with the present. */
export function isResuming({ backfillMs, fromMs, speed }: HistorySettings): boolean {
  return backfillMs > 0 || fromMs !== undefined || speed > 1;
}

/**
 * Sets each sensor to where it goes on, after what is written of it.
 * @returns what time it is for the devices now: the clock's time or, where their time runs faster, what they have reached already.
 */
export function takeUp(
  streams: readonly SensorStream[],
  written: Written,
  nowMs: number,
  { backfillMs, fromMs, speed }: HistorySettings,
): number {
  const deviceNowMs = speed > 1 ? Math.max(nowMs, written.latestMs ?? nowMs) : nowMs;
  const beginMs = fromMs ?? deviceNowMs - backfillMs;
  const startMs =
    written.earliestMs === undefined
      ? beginMs
      : Math.max(written.earliestMs, fromMs ?? beginMs - sameStartWithinMs);
  for (const stream of streams) {
    if (stream.writtenUpToMs === undefined) stream.startAt(startMs);
    else stream.resume(fromMs);
  }
  return deviceNowMs;
}
