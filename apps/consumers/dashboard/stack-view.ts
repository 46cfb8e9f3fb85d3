import type { NodeFrame, OverviewFrame, StateFrame } from "../../../contract/frames/frames";
import type { Feed } from "./server/hub";
import type { StreamQuery } from "./server/server";
import type { StackWatch } from "./stack-watch";
import { feedOf, lakeFrame, lakeSummary, reconciliationTotals, type ViewSources } from "./views/feeds";
import { overviewFrame, type OverviewSources } from "./views/overview";

/** Pages join in groups, and metrics read one figure at a time: they all get the same overview. */
const overviewForMs = 500;

/** Turns the state of a watched stack into frames. */
export class StackView {
  private readonly sources: ViewSources;
  private readonly overviewSources: OverviewSources;
  private latest: OverviewFrame | undefined;

  constructor(private readonly watch: StackWatch) {
    const { map, catalog, deviceRates, topics, topicRates, latencies, cluster, groups } = watch;
    const { table, consumerMetrics, reconciliation, proof } = watch;
    const containerOf = (name: string) => watch.containerOf(name);
    const sources: ViewSources = {
      devices: {
        catalog,
        rates: deviceRates,
        conditionOf: (container) => containerOf(container)?.condition ?? "unknown",
      },
      topics: { topics, rates: topicRates, cluster, groups },
      lake: { table, consumerMetrics },
      reconciliation: { reconciliation, table, proof },
    };
    this.sources = sources;
    this.overviewSources = {
      map,
      catalog,
      deviceRates,
      topics,
      topicRates,
      latencies,
      cluster,
      containerOf,
      consumerMetrics,
      lake: () => lakeSummary(sources.lake),
      conservation: () => reconciliationTotals(sources.reconciliation),
    };
  }

  overview(): OverviewFrame {
    const nowMs = Date.now();
    if (this.latest === undefined || Math.abs(nowMs - this.latest.nowMs) >= overviewForMs) {
      this.latest = overviewFrame(this.overviewSources, nowMs);
    }
    return this.latest;
  }

  /** What a page gets beside the overview. */
  feedOf(query: StreamQuery): Feed {
    return feedOf(query, this.sources);
  }

  /** Everything at once, for scripts. */
  state(): StateFrame {
    const { gaps, gapCount } = this.watch.reconciliation;
    return { overview: this.overview(), lake: lakeFrame(this.sources.lake), gaps, gapCount };
  }

  /** The figures that Prometheus gets about the stack. */
  readonly metrics = {
    overview: () => this.overview(),
    deviceContainers: (): NodeFrame[] => this.watch.deviceContainers(),
    gapCount: () => this.watch.reconciliation.gapCount,
    messagesRead: () => this.watch.messagesRead,
  };
}
