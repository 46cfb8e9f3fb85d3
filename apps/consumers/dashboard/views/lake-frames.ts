import type { ConsumerMetrics } from "../containers/consumer-metrics";
import type { LakeFrame, LakeSummary } from "../../../../contract/frames/frames";
import type { TableView } from "../lake/table-view";

/** What is known of the lake: its tables, and what its consumers say. */
export interface LakeSources {
  readonly table: TableView;
  readonly consumerMetrics: ConsumerMetrics;
}

/** The lake at a glance; null where there is no table yet. */
export function lakeSummary({ table, consumerMetrics }: LakeSources): LakeSummary | null {
  const { summary } = table;
  return summary === undefined ? null : { ...summary, freshnessMs: consumerMetrics.freshnessMs ?? null };
}

export function lakeFrame(sources: LakeSources): LakeFrame {
  const { commits, minutes, minuteCount } = sources.table;
  return { summary: lakeSummary(sources), commits, minutes, minuteCount };
}
