import type { PartitionFrame, TopicFrame, TopicsFrame } from "../../../../contract/frames/frames";
import type { Rates } from "../topics/rates";
import {
  type Cluster,
  isUnderReplicated,
  lagOfTopic,
  messagesIn,
  type PlacedPartition,
} from "../cluster/cluster";
import { slicePage } from "./slices";

/** What the frame of topics is made from. */
export interface TopicSources {
  /** Sorted. */
  readonly topics: readonly string[];
  /** By the topic's index. */
  readonly rates: Rates;
  readonly cluster: Cluster;
  /** Consumer groups, sorted. */
  readonly groups: readonly string[];
}

const pageSize = 25;
const maxPartitions = 100;

/** A page of the topics whose names contain a text. */
export function topicsFrame(
  sources: TopicSources,
  { search, page }: { readonly search: string; readonly page: number },
): TopicsFrame {
  const { topics, groups } = sources;
  const wanted = search.toLowerCase();
  const found = topics
    .map((name, place) => ({ name, place }))
    .filter(({ name }) => name.toLowerCase().includes(wanted));
  const { slice, items } = slicePage(found, { search, page, pageSize });
  return { ...slice, groups, topics: items.map(({ name, place }) => topicFrame(sources, name, place)) };
}

function topicFrame({ cluster, groups, rates }: TopicSources, name: string, place: number): TopicFrame {
  const partitions = cluster.partitionsOf(name);
  const shown = [...partitions.filter(hasProblem), ...partitions.filter((one) => !hasProblem(one))];
  return {
    name,
    partitions: shown.slice(0, maxPartitions).map((placed) => partitionFrame(cluster, groups, name, placed)),
    partitionCount: partitions.length,
    messages: messagesIn(cluster, name),
    messagesPerSecond: rates.perSecond(place),
    lag: known(groups, (group) => lagOfTopic(cluster, group, name)),
  };
}

function partitionFrame(
  cluster: Cluster,
  groups: readonly string[],
  topic: string,
  placed: PlacedPartition,
): PartitionFrame {
  const { earliest, latest } = cluster.boundsOf(topic, placed.partition) ?? { earliest: 0, latest: 0 };
  const lag = known(groups, (group) => cluster.lagOf(group, topic, placed.partition));
  return { ...placed, earliest, latest, lag };
}

function hasProblem(partition: PlacedPartition): boolean {
  return partition.leader === null || isUnderReplicated(partition);
}

/** The known values, by name. */
function known(names: readonly string[], of: (name: string) => number | undefined): Record<string, number> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = of(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
