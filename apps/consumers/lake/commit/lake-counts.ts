import { metrics as contract } from "../../../../contract/metrics";
import type { DeltaTable } from "../../../shared/delta/table/table";
import { Distribution } from "../../../shared/metrics/distribution";
import type { AppContext } from "../../../shared/run-app";
import { type Arrivals, arrivalStepMs } from "../write/arrival-times";
import type { SkippedMessages } from "./skipped-messages";

/** What a lake has done since its start. Rows, files, bytes and commits are those of the table of observations. */
export class LakeCounts {
  messagesRead = 0;
  rows = 0;
  files = 0;
  bytes = 0;
  commits = 0;
  commitsOvertaken = 0;
  readonly commitSeconds = new Distribution(contract.commitDuration.buckets);
  readonly freshnessSeconds = new Distribution(contract.freshness.buckets);

  /**
   * Records a commit that has just been made.
   * @param arrivals Kafka's timestamps of its messages
   * @param nowMs milliseconds since 1970
   */
  becameVisible(arrivals: Arrivals, nowMs: number): void {
    for (const [step, rows] of arrivals) {
      const ageMs = nowMs - (step + 0.5) * arrivalStepMs;
      // The clocks of brokers and devices may be ahead of this one.
      this.freshnessSeconds.add(Math.max(0, ageMs) / 1_000, rows);
    }
  }
}

/** Exports what a lake has brought into its tables as metrics. */
export function exportLakeMetrics(
  metrics: AppContext<unknown>["metrics"],
  {
    table,
    counts,
    skipped,
  }: {
    readonly table: { readonly state: Pick<DeltaTable["state"], "version"> };
    readonly counts: LakeCounts;
    readonly skipped: Pick<SkippedMessages, "deadLetters" | "missingOffsets">;
  },
): void {
  metrics.counter(contract.rows, () => counts.rows);
  metrics.counter(contract.files, () => counts.files);
  metrics.counter(contract.bytes, () => counts.bytes);
  metrics.counter(contract.commits, () => counts.commits);
  metrics.counter(contract.commitsOvertaken, () => counts.commitsOvertaken);
  metrics.histogram(contract.commitDuration, () => counts.commitSeconds);
  metrics.histogram(contract.freshness, () => counts.freshnessSeconds);
  metrics.counter(contract.deadLetters, () => skipped.deadLetters);
  metrics.counter(contract.missingOffsets, () => skipped.missingOffsets);
  metrics.gauge(contract.tableVersion, () => table.state.version);
}
