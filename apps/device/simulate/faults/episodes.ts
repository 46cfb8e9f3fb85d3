import { dayMs, type Milliseconds } from "../../../../contract/values/fields";
import { parseMomentMs } from "../../../../contract/values/moment";
import type { Random } from "../random";

/** When a fault is there, as its settings say it. */
export interface EpisodeSettings {
  readonly probability?: number | undefined;
  /** Times of every day (`06:30`), or single ones (`2026-11-23T06:30:00Z`). */
  readonly at?: readonly string[] | undefined;
  /** How long an episode lasts; as long as one observation if left out. */
  readonly for?: Milliseconds | undefined;
}

/**
 * The episodes of one fault: time is cut into pieces of equal length, each of which is one or is not, whatever was before. That
 * makes it a pure function of time, so that a device that starts in the middle of one knows.
 */
export class Episodes {
  /** How long an episode is. */
  readonly lengthMs: Milliseconds;
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
    this.lengthMs = settings.for ?? intervalMs;
    this.probability = settings.probability ?? 0;
    this.phaseMs = settings.for === undefined ? 0 : Math.floor(random.uniform(0, phaseDraw) * this.lengthMs);
    const times = settings.at ?? [];
    this.moments = times.flatMap((time) => parseMomentMs(time) ?? []);
    this.timesOfDay = times.filter((time) => !time.includes("T")).map(timeOfDayMs);
  }

  /** When the episode began that is on at a time; NaN if there is none. */
  startAt(timeMs: number): number {
    const piece = Math.floor((timeMs + this.phaseMs) / this.lengthMs);
    if (this.probability > 0 && this.random.uniform(piece) < this.probability)
      return piece * this.lengthMs - this.phaseMs;
    let latest = Number.NaN;
    for (const moment of this.moments) latest = this.laterStart(latest, moment, timeMs);
    for (const time of this.timesOfDay)
      latest = this.laterStart(latest, Math.floor((timeMs - time) / dayMs) * dayMs + time, timeMs);
    return latest;
  }

  private laterStart(latest: number, start: number, timeMs: number): number {
    const isOn = start <= timeMs && timeMs < start + this.lengthMs;
    return isOn && !(latest >= start) ? start : latest;
  }
}

/** Draws of one fault's random numbers, beside 0, by which pieces are chosen. */
const phaseDraw = 1;

function timeOfDayMs(time: string): Milliseconds {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000;
}
