import { dayMs, type Milliseconds } from "../../../../contract/values/fields";
import { parseMomentMs } from "../../../../contract/values/moment";
import type { Random } from "../random";

/** When a fault is active, by its settings. */
export interface EpisodeSettings {
  readonly probability?: number | undefined;
  /** Times of every day (`06:30`), or single times (`2026-11-23T06:30:00Z`). */
  readonly at?: readonly string[] | undefined;
  /** How long an episode lasts; one observation if left out. */
  readonly for?: Milliseconds | undefined;
}

/**
 * The episodes of one fault. Time is cut into pieces of equal length, and each piece is an episode or not, independent of those before
 * it. That makes episodes a pure function of time: a device that starts in the middle of one knows it.
 */
export class Episodes {
  /** The length of an episode. */
  readonly lengthMs: Milliseconds;
  private readonly probability: number;
  /** Shifts the borders of pieces, which would otherwise be the same for all devices. */
  private readonly phaseMs: Milliseconds;
  private readonly moments: readonly number[];
  private readonly timesOfDay: readonly Milliseconds[];

  /** @param intervalMs the time between the observations that the fault affects */
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

  /** The start of the episode that is active at a time; NaN if there is none. */
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

/** Distinguishes this draw of a fault's random numbers from draw 0, which chooses the pieces. */
const phaseDraw = 1;

function timeOfDayMs(time: string): Milliseconds {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000;
}

/** Limits the search for the end of an outage that never ends. */
const maxEpisodes = 10_000;

/** The times at which a device is offline: all episodes of its offline faults. Episodes that touch or overlap are one outage. */
export class Outages {
  constructor(private readonly faults: readonly Episodes[]) {}

  /** When the device is online again; the time itself if it is online then. */
  endAt(timeMs: number): number {
    let endMs = timeMs;
    for (let episodes = 0; episodes < maxEpisodes; episodes++) {
      const laterMs = this.latestEndAt(endMs);
      if (laterMs <= endMs) break;
      endMs = laterMs;
    }
    return endMs;
  }

  /** Since when the device is offline; the time itself if it is online then. */
  beginAt(timeMs: number): number {
    let beginMs = timeMs;
    let earlierMs = this.earliestBeginAt(timeMs);
    for (let episodes = 0; episodes < maxEpisodes && earlierMs < Infinity; episodes++) {
      beginMs = earlierMs;
      // The last millisecond of the episode before.
      earlierMs = this.earliestBeginAt(beginMs - 1);
    }
    return beginMs;
  }

  private latestEndAt(timeMs: number): number {
    let latestMs = -Infinity;
    for (const fault of this.faults) {
      const startMs = fault.startAt(timeMs);
      if (!Number.isNaN(startMs)) latestMs = Math.max(latestMs, startMs + fault.lengthMs);
    }
    return latestMs;
  }

  private earliestBeginAt(timeMs: number): number {
    let earliestMs = Infinity;
    for (const fault of this.faults) {
      const startMs = fault.startAt(timeMs);
      if (startMs < earliestMs) earliestMs = startMs;
    }
    return earliestMs;
  }
}
