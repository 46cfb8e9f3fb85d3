import type { Episodes } from "./episodes";

/** An outage that never ends would be waited for without end. */
const maxEpisodes = 10_000;

/** The times at which a device cannot be reached: all episodes of its faults of that kind, those that touch or overlap as one. */
export class Outages {
  constructor(private readonly faults: readonly Episodes[]) {}

  /** When it can be reached again; the time itself if it can be reached then. */
  endAt(timeMs: number): number {
    let endMs = timeMs;
    for (let episodes = 0; episodes < maxEpisodes; episodes++) {
      const laterMs = this.latestEndAt(endMs);
      if (laterMs <= endMs) break;
      endMs = laterMs;
    }
    return endMs;
  }

  /** Since when it cannot be reached; the time itself if it can be reached then. */
  beginAt(timeMs: number): number {
    let beginMs = timeMs;
    let earlierMs = this.earliestBeginAt(timeMs);
    for (let episodes = 0; episodes < maxEpisodes && earlierMs < Infinity; episodes++) {
      beginMs = earlierMs;
      // In the last millisecond of what came before.
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
