import { metrics as contract } from "../../../contract/metrics";
import type { DeltaTable } from "../../shared/delta/table";
import type { AppContext } from "../../shared/run-app";
import type { LakeCounts } from "./lake-counts";
import type { Tally } from "./tally";

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
