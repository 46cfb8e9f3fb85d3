import { metrics } from "../../../contract/metrics";
import type { AppMetrics } from "../../shared/metrics/app-metrics";
import type { NodeFrame, OverviewFrame } from "../../../contract/frames/frames";

/** Where the dashboard's metrics come from. */
export interface OwnMetricsSources {
  readonly overview: () => OverviewFrame;
  /** All containers of devices, not only those that a page shows. */
  readonly deviceContainers: () => readonly NodeFrame[];
  readonly gapCount: () => number;
  readonly messagesRead: () => number;
  readonly pages: () => number;
}

/** Exports what only the dashboard knows about the stack to Prometheus. */
export function exportStackMetrics(
  app: AppMetrics,
  { overview, deviceContainers, gapCount, messagesRead, pages }: OwnMetricsSources,
): void {
  app.gauge(metrics.containerUp, () => {
    const { coordinators, brokers, consumers, coordination } = overview();
    return [
      ...up(coordination === "kraft" ? "controller" : "zookeeper", coordinators),
      ...up("broker", brokers),
      ...up("device", deviceContainers()),
      ...up("consumer", consumers),
    ];
  });
  app.counter(metrics.messagesRead, messagesRead);
  app.gauge(metrics.topicPartitions, () => overview().totals.partitions);
  app.gauge(metrics.underReplicatedPartitions, () => overview().totals.underReplicated);
  app.gauge(metrics.leaderlessPartitions, () => overview().totals.leaderless);
  app.gauge(metrics.groupLag, () => {
    const lags = new Map<string, number>();
    for (const { group, lag } of overview().consumers)
      if (group !== undefined && lag !== null) lags.set(group, lag);
    return [...lags].map(([group, value]) => ({ labels: { group }, value }));
  });
  app.gauge(metrics.tableRows, () => overview().lake?.rows);
  app.gauge(metrics.tableFiles, () => overview().lake?.files);
  app.gauge(metrics.unexplainedGaps, gapCount);
  app.gauge(metrics.unproved, () => overview().conservation.unproved.length);
  app.gauge(metrics.pages, pages);
}

function up(role: string, nodes: readonly NodeFrame[]) {
  return nodes
    .filter(({ condition }) => condition !== "unknown")
    .map(({ name, condition }) => ({ labels: { name, role }, value: condition === "healthy" ? 1 : 0 }));
}
