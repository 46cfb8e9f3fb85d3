import type { NodeFrame, OverviewFrame, StateFrame } from "../../../contract/frames/frames";
import type { Feed } from "./server/feed";
import type { StreamQuery } from "./server/query";
import type { StackWatch } from "./stack-watch";
import { conservationTotals, maxGaps } from "./views/conservation-frames";
import { feedOf, type ViewSources } from "./views/feeds";
import { lakeFrame, lakeSummary } from "./views/lake-frames";
import { overviewFrame, type OverviewSources } from "./views/overview";

/** An overview that is asked for again at once is the same: pages come in numbers, and metrics ask for one figure at a time. */
const overviewForMs = 500;

/** What is shown of a stack that is watched. */
export class StackView {
  private readonly sources: ViewSources;
  private readonly overviewSources: OverviewSources;
  private latest: OverviewFrame | undefined;

  constructor(private readonly watch: StackWatch) {
    const { map, catalog, deviceRates, topics, topicRates, latencies, cluster, groups } = watch;
    const { table, consumerMetrics, conservation, proof } = watch;
    const containerOf = (name: string) => watch.containerOf(name);
    this.sources = {
      devices: {
        catalog,
        rates: deviceRates,
        conditionOf: (container) => containerOf(container)?.condition ?? "unknown",
      },
      topics: { topics, rates: topicRates, cluster, groups },
      lake: { table, consumerMetrics },
      conservation: { conservation, table, proof },
    };
    const { lake, conservation: conservationSources } = this.sources;
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
      lake: () => lakeSummary(lake),
      conservation: () => conservationTotals(conservationSources),
    };
  }

  overview(): OverviewFrame {
    const nowMs = Date.now();
    if (this.latest === undefined || Math.abs(nowMs - this.latest.nowMs) >= overviewForMs) {
      this.latest = overviewFrame(this.overviewSources, nowMs);
    }
    return this.latest;
  }

  /** What a page is sent beside the overview. */
  feedOf(query: StreamQuery): Feed {
    return feedOf(query, this.sources);
  }

  /** Everything at once, for scripts. */
  state(): StateFrame {
    const { conservation } = this.watch;
    return {
      overview: this.overview(),
      lake: lakeFrame(this.sources.lake),
      gaps: conservation.gaps(maxGaps),
      gapCount: conservation.gapCount,
    };
  }

  /** What Prometheus is told of the stack. */
  readonly metrics = {
    overview: () => this.overview(),
    deviceContainers: (): NodeFrame[] => this.watch.deviceContainers(),
    gapCount: () => this.watch.conservation.gapCount,
    messagesRead: () => this.watch.messagesRead,
  };
}
