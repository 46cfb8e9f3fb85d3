import { metrics, metrics as contract } from "../../../../contract/metrics";
import type { DeltaTable } from "../../../shared/delta/table/table";
import { Distribution } from "../../../shared/metrics/distribution";
import type { AppContext } from "../../../shared/run-app";
import type { Tally } from "./skipped-messages";
import { type Arrivals, arrivalStepMs } from "../write/arrival-times";

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

/** Lets others ask what a lake has brought into its tables. */
export function exportLakeMetrics(
  metrics: AppContext<unknown>["metrics"],
  {
    table,
    counts,
    tally,
  }: {
    readonly table: { readonly state: Pick<DeltaTable["state"], "version"> };
    readonly counts: LakeCounts;
    readonly tally: Pick<Tally, "buried" | "missing">;
  },
): void {
  metrics.counter(contract.rows, () => counts.rows);
  metrics.counter(contract.files, () => counts.files);
  metrics.counter(contract.bytes, () => counts.bytes);
  metrics.counter(contract.commits, () => counts.commits);
  metrics.counter(contract.commitsOvertaken, () => counts.commitsOvertaken);
  metrics.histogram(contract.commitDuration, () => counts.commitSeconds);
  metrics.histogram(contract.freshness, () => counts.freshnessSeconds);
  metrics.counter(contract.deadLetters, () => tally.buried);
  metrics.counter(contract.missingOffsets, () => tally.missing);
  metrics.gauge(contract.tableVersion, () => table.state.version);
}
