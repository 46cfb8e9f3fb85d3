import { dayMs, type Milliseconds } from "../../shared/contract/duration";
import type { Random } from "../random";

/** When a fault is there, as its settings say it. */
export interface EpisodeSettings {
  readonly probability?: number | undefined;
  /** Times of every day (`06:30`), or single ones (`2026-11-23T06:30:00Z`). */
  readonly at?: readonly string[] | undefined;
  /** How long an episode lasts; as long as one observation if left out. */
  readonly for?: Milliseconds | undefined;
}

/** An outage that never ends would be waited for without end. */
const mostPieces = 10_000;

/**
 * The episodes of one fault: time is cut into pieces of equal length, each of which is one or is not, whatever was before. That
 * makes it a pure function of time, so that a device that starts in the middle of one knows.
 */
export class Episodes {
  private readonly pieceMs: Milliseconds;
  private readonly probability: number;
  /** Where pieces begin: pieces of many devices would all begin at the same time otherwise. */
  private readonly phaseMs: Milliseconds;
  private readonly moments: readonly number[];
  private readonly timesOfDay: readonly Milliseconds[];

  /** @param intervalMs of the observations that the fault strikes. */
  constructor(
    settings: EpisodeSettings,
    intervalMs: Milliseconds,
    private readonly random: Random,
  ) {
    this.pieceMs = settings.for ?? intervalMs;
    this.probability = settings.probability ?? 0;
    this.phaseMs = settings.for === undefined ? 0 : Math.floor(random.uniform(0, phaseDraw) * this.pieceMs);
    const times = settings.at ?? [];
    this.moments = times.filter((time) => time.includes("T")).map((time) => Date.parse(time));
    this.timesOfDay = times.filter((time) => !time.includes("T")).map(timeOfDayMs);
  }

  /** When the episode began that is on at a time; NaN if there is none. */
  startAt(timeMs: number): number {
    const piece = Math.floor((timeMs + this.phaseMs) / this.pieceMs);
    if (this.probability > 0 && this.random.uniform(piece) < this.probability)
      return piece * this.pieceMs - this.phaseMs;
    let latest = Number.NaN;
    for (const moment of this.moments) latest = this.laterStart(latest, moment, timeMs);
    for (const time of this.timesOfDay)
      latest = this.laterStart(latest, Math.floor((timeMs - time) / dayMs) * dayMs + time, timeMs);
    return latest;
  }

  /** When it is over: the end of the episode that began then, and of those that follow without a pause. */
  endAfter(startMs: number): number {
    let endMs = startMs + this.pieceMs;
    for (let pieces = 0; pieces < mostPieces; pieces++) {
      const next = this.startAt(endMs);
      if (Number.isNaN(next)) break;
      endMs = next + this.pieceMs;
    }
    return endMs;
  }

  /** When those episodes began that last until a time without a pause; that time itself if there is none. */
  beginBefore(timeMs: number): number {
    let beginMs = timeMs;
    for (let pieces = 0; pieces < mostPieces; pieces++) {
      // The first time in the last millisecond of what came before.
      const start = this.startAt(pieces === 0 ? beginMs : beginMs - 1);
      if (Number.isNaN(start)) break;
      beginMs = start;
    }
    return beginMs;
  }

  private laterStart(latest: number, start: number, timeMs: number): number {
    const isOn = start <= timeMs && timeMs < start + this.pieceMs;
    return isOn && !(latest >= start) ? start : latest;
  }
}

/** Draws of one fault's random numbers, beside 0, by which pieces are chosen. */
const phaseDraw = 1;

function timeOfDayMs(time: string): Milliseconds {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000;
}
