import type { StackMap } from "../../../../contract/environment/stack-map";
import type { ConsumerMetrics } from "../containers/consumer-metrics";
import type {
  BrokerFrame,
  Condition,
  ConsumerFrame,
  ReconciliationTotals,
  DeviceContainerFrame,
  DeviceContainersFrame,
  LakeSummary,
  NodeFrame,
  OverviewFrame,
} from "../../../../contract/frames/frames";
import type { Catalog } from "../topics/catalog";
import type { Latencies, Rates } from "../topics/rates";
import { type Cluster, isUnderReplicated, lagOfTopic, messagesIn, sumOver } from "../cluster/cluster";

/** What the overview is made from. */
export interface OverviewSources {
  readonly map: StackMap;
  readonly catalog: Catalog;
  /** By the device's index. */
  readonly deviceRates: Rates;
  /** Sorted. */
  readonly topics: readonly string[];
  /** By the topic's index. */
  readonly topicRates: Rates;
  readonly latencies: Latencies;
  readonly cluster: Cluster;
  /** The condition of a container of a device or consumer; undefined for one that is not watched. */
  readonly containerOf: (name: string) => NodeFrame | undefined;
  readonly consumerMetrics: ConsumerMetrics;
  readonly lake: () => LakeSummary | null;
  readonly conservation: () => ReconciliationTotals;
}

const maxContainersShown = 12;
const severity: readonly Condition[] = ["unreachable", "sick", "unknown", "healthy"];

/** The whole stack at a glance. */
export function overviewFrame(sources: OverviewSources, nowMs: number): OverviewFrame {
  const { map, cluster } = sources;
  return {
    stack: map.stack,
    nowMs,
    coordination: map.coordination,
    coordinators: cluster.quorum,
    brokers: brokerFrames(sources),
    deviceContainers: deviceContainers(sources),
    consumers: consumerFrames(sources),
    totals: totals(sources, nowMs),
    lake: sources.lake(),
    conservation: sources.conservation(),
  };
}

/** The load of one broker. */
interface Load {
  leads: number;
  inSync: number;
  replicas: number;
  messagesPerSecond: number;
}

function brokerFrames({ cluster, topics, topicRates }: OverviewSources): BrokerFrame[] {
  const loads = new Map<number, Load>();
  const of = (id: number): Load => {
    const load = loads.get(id) ?? { leads: 0, inSync: 0, replicas: 0, messagesPerSecond: 0 };
    loads.set(id, load);
    return load;
  };
  topics.forEach((topic, place) => {
    const partitions = cluster.partitionsOf(topic);
    for (const { leader, replicas, inSync } of partitions) {
      for (const id of replicas) of(id).replicas++;
      for (const id of inSync) of(id).inSync++;
      if (leader === null) continue;
      of(leader).leads++;
      // Keys spread evenly over partitions; the messages of single partitions are not counted.
      of(leader).messagesPerSecond += topicRates.perSecond(place) / partitions.length;
    }
  });
  return cluster.brokers.map((broker) => ({ ...broker, ...of(broker.id) }));
}

function deviceContainers({
  map,
  catalog,
  deviceRates,
  containerOf,
}: OverviewSources): DeviceContainersFrame {
  const containers = new Map<string, { devices: number; messagesPerSecond: number }>();
  for (const { container, index } of catalog.devices) {
    if (container === "") continue;
    const known = containers.get(container) ?? { devices: 0, messagesPerSecond: 0 };
    containers.set(container, known);
    known.devices++;
    known.messagesPerSecond += deviceRates.perSecond(index);
  }
  const names = map.devices.flatMap(({ name, fleets }) => fleets?.map((fleet) => fleet.name) ?? [name]);
  const frames = names.map((name): DeviceContainerFrame => ({
    ...(containerOf(name) ?? { name, condition: "unknown", sinceMs: 0 }),
    ...(containers.get(name) ?? { devices: 0, messagesPerSecond: 0 }),
  }));
  const of = (condition: Condition) => frames.filter((frame) => frame.condition === condition);
  return {
    total: frames.length,
    byCondition: {
      healthy: of("healthy").length,
      sick: of("sick").length,
      unreachable: of("unreachable").length,
      unknown: of("unknown").length,
    },
    shown: severity.flatMap(of).slice(0, maxContainersShown),
  };
}

function consumerFrames({
  map,
  topics,
  cluster,
  containerOf,
  consumerMetrics,
}: OverviewSources): ConsumerFrame[] {
  return map.consumers.map(({ name, type, group, topics: only }) => {
    const read = topics.filter((topic) => only?.includes(topic) ?? true);
    // A group has no lag in topics that do not exist.
    const existing =
      group === undefined ? [] : read.filter((topic) => cluster.partitionsOf(topic).length > 0);
    const lags = existing.map((topic) => lagOfTopic(cluster, group ?? "", topic));
    return {
      ...(containerOf(name) ?? { name, condition: "unknown", sinceMs: 0 }),
      type,
      group,
      messagesPerSecond: consumerMetrics.readPerSecond(name) ?? null,
      lag: lags.length === 0 || lags.includes(undefined) ? null : sumOver(lags, (lag) => lag ?? 0),
    };
  });
}

function totals(
  { catalog, topics, topicRates, latencies, cluster }: OverviewSources,
  nowMs: number,
): OverviewFrame["totals"] {
  const partitions = topics.flatMap((topic) => cluster.partitionsOf(topic));
  const [p50, p99] = latencies.quantiles(nowMs, 0.5, 0.99) ?? [];
  return {
    devices: catalog.plannedCount,
    sensors: catalog.sensorCount,
    topics: topics.length,
    partitions: partitions.length,
    underReplicated: partitions.filter(isUnderReplicated).length,
    leaderless: partitions.filter(({ leader }) => leader === null).length,
    messages: sumOver(topics, (topic) => messagesIn(cluster, topic)),
    messagesPerSecond: [...topics.keys()].reduce((sum, place) => sum + topicRates.perSecond(place), 0),
    latencyMs: p50 === undefined || p99 === undefined ? null : { p50, p99 },
  };
}
