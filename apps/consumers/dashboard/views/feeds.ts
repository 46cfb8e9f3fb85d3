import type {
  ReconciliationFrame,
  ReconciliationTotals,
  LakeFrame,
  LakeSummary,
  StreamEvents,
} from "../../../../contract/frames/frames";
import type { ConsumerMetrics } from "../containers/consumer-metrics";
import type { ReadingState } from "../lake/table-reader";
import type { TableView } from "../lake/table-watch";
import type { ProofState } from "../proof/proof";
import { eventText, type Feed } from "../server/hub";
import type { StreamQuery } from "../server/server";
import { DevicesFeed, type DeviceSources, oneDevice, searchedDevices } from "./devices-feed";
import type { ReconciliationView } from "./reconciliation-view";
import { sliceOf } from "./slices";
import { topicsFrame, type TopicSources } from "./topics-frame";

/** What all views are made from. */
export interface ViewSources {
  readonly devices: DeviceSources;
  readonly topics: TopicSources;
  readonly lake: LakeSources;
  readonly reconciliation: ReconciliationSources;
}

/** Every page gets the overview anyway. */
const nothingMore: Feed = { full: () => "", slow: () => "" };

/** What a page gets beside the overview. */
export function feedOf(query: StreamQuery, sources: ViewSources): Feed {
  switch (query.view) {
    case "overview":
      return nothingMore;
    case "lake":
      return new FrameFeed("lake", () => lakeFrame(sources.lake));
    case "device":
      return new DevicesFeed(sources.devices, oneDevice(query.device));
    case "devices":
      return new DevicesFeed(sources.devices, searchedDevices(query.search, query.page));
    case "topics":
      return new FrameFeed("topics", () => topicsFrame(sources.topics, query));
    case "conservation":
      return new FrameFeed("conservation", () => reconciliationFrame(sources.reconciliation, query));
  }
}

/** Sends a whole frame each second. */
class FrameFeed<Name extends keyof StreamEvents> implements Feed {
  constructor(
    private readonly name: Name,
    private readonly frame: () => StreamEvents[Name],
  ) {}

  full(): string {
    return eventText(this.name, this.frame());
  }

  slow(): string {
    return this.full();
  }
}

/** What is known about all messages and rows. */
export interface ReconciliationSources {
  readonly reconciliation: ReconciliationView;
  readonly table: Pick<TableView, "problem"> & { readonly reading: ReadingState };
  readonly proof: { readonly state: ProofState };
}

const pageSize = 50;

export function reconciliationTotals({
  reconciliation,
  table,
  proof,
}: ReconciliationSources): ReconciliationTotals {
  const { reading } = table;
  const tableProblem = table.problem ?? reading.problem;
  return {
    ...reconciliation.totals,
    ...proof.state,
    tableRead: reading.progress,
    ...(tableProblem !== undefined && { tableProblem }),
  };
}

/** A page of devices, and the first gaps of all. */
function reconciliationFrame(
  sources: ReconciliationSources,
  { search, page }: { readonly search: string; readonly page: number },
): ReconciliationFrame {
  const { reconciliation } = sources;
  const { total } = reconciliation.rows(search, 0, 0);
  const slice = sliceOf(total, { search, page, pageSize });
  return {
    ...slice,
    totals: reconciliationTotals(sources),
    rows: reconciliation.rows(search, slice.page, pageSize).rows,
    gaps: reconciliation.gaps,
    gapCount: reconciliation.gapCount,
  };
}

/** What is known about the lake: its tables, and the metrics of its consumers. */
export interface LakeSources {
  readonly table: TableView;
  readonly consumerMetrics: ConsumerMetrics;
}

/** The lake at a glance; null while there is no table. */
export function lakeSummary({ table, consumerMetrics }: LakeSources): LakeSummary | null {
  const { summary } = table;
  return summary === undefined ? null : { ...summary, freshnessMs: consumerMetrics.freshnessMs ?? null };
}

export function lakeFrame(sources: LakeSources): LakeFrame {
  const { commits, minutes, minuteCount } = sources.table;
  return { summary: lakeSummary(sources), commits, minutes, minuteCount };
}
