import type { PartitionFrame, TopicFrame, TopicsFrame } from "../contract/frames";
import type { Rates } from "../curves/rates";
import { eventText } from "../server/events";
import type { Feed } from "../server/feed";
import {
  type ClusterSource,
  isUnderReplicated,
  lagOfTopic,
  messagesIn,
  type PlacedPartition,
} from "./cluster-source";
import { slicePage } from "./slices";

/** What is known of topics. */
export interface TopicSources {
  /** Sorted. */
  readonly topics: readonly string[];
  /** By the topic's place. */
  readonly rates: Rates;
  readonly cluster: ClusterSource;
  /** Consumer groups, sorted. */
  readonly groups: readonly string[];
}

const pageSize = 25;
const mostPartitions = 100;

/** Tells each second of the topics whose names have a text in them, a page at a time. */
export class TopicsFeed implements Feed {
  constructor(
    private readonly sources: TopicSources,
    private readonly wanted: { readonly search: string; readonly page: number },
  ) {}

  full(): string {
    return eventText("topics", this.frame());
  }

  slow(): string {
    return this.full();
  }

  private frame(): TopicsFrame {
    const { topics, groups } = this.sources;
    const { search, page } = this.wanted;
    const wanted = search.toLowerCase();
    const found = topics
      .map((name, place) => ({ name, place }))
      .filter(({ name }) => name.toLowerCase().includes(wanted));
    const { slice, items } = slicePage(found, { search, page, pageSize });
    return { ...slice, groups, topics: items.map(({ name, place }) => this.topicFrame(name, place)) };
  }

  private topicFrame(name: string, place: number): TopicFrame {
    const { cluster, groups, rates } = this.sources;
    const partitions = cluster.partitionsOf(name);
    const shown = [...partitions.filter(isUnwell), ...partitions.filter((one) => !isUnwell(one))];
    return {
      name,
      partitions: shown.slice(0, mostPartitions).map((partition) => this.partitionFrame(name, partition)),
      partitionCount: partitions.length,
      messages: messagesIn(cluster, name),
      messagesPerSecond: rates.perSecond(place),
      lag: known(groups, (group) => lagOfTopic(cluster, group, name)),
    };
  }

  private partitionFrame(topic: string, placed: PlacedPartition): PartitionFrame {
    const { cluster, groups } = this.sources;
    const { earliest, latest } = cluster.boundsOf(topic, placed.partition) ?? { earliest: 0, latest: 0 };
    const lag = known(groups, (group) => cluster.lagOf(group, topic, placed.partition));
    return { ...placed, earliest, latest, lag };
  }
}

function isUnwell(partition: PlacedPartition): boolean {
  return partition.leader === null || isUnderReplicated(partition);
}

/** By name, what is known. */
function known(names: readonly string[], of: (name: string) => number | undefined): Record<string, number> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = of(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
