import { metrics } from "../../../contract/metrics";
import { Distribution } from "../../shared/metrics/distribution";
import { type Arrivals, arrivalStepMs } from "./writer/arrival-times";

/** What a lake has done since its start, for whoever asks. */
export class LakeCounts {
  messagesRead = 0;
  /** Of the table of observations, like the following ones. */
  rows = 0;
  files = 0;
  bytes = 0;
  commits = 0;
  commitsOvertaken = 0;
  readonly commitSeconds = new Distribution(metrics.commitDuration.buckets);
  readonly freshnessSeconds = new Distribution(metrics.freshness.buckets);

  /** A commit has just been made of rows whose messages had these timestamps. @param nowMs milliseconds since 1970 */
  becameVisible(arrivals: Arrivals, nowMs: number): void {
    for (const [step, rows] of arrivals) {
      const ageMs = nowMs - (step + 0.5) * arrivalStepMs;
      // The clocks of brokers and devices may be ahead of this one.
      this.freshnessSeconds.add(Math.max(0, ageMs) / 1_000, rows);
    }
  }
}
