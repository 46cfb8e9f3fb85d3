import {
  type ClusterDescription,
  isThere,
  type PlacedPartition,
  type TopicDescription,
} from "../shared/kafka";
import type { FoundTopic, PlannedTopic } from "./topics/plan-topics";
import type { PartitionToPlace } from "./replicas/layout";
import { keyOf } from "./replicas/plan-replicas";

/** The topics that exist. */
export function existingTopics({ topics }: ClusterDescription): TopicDescription[] {
  return topics.filter(isThere);
}

/** The existing topics, in the form that the plan compares. */
export function foundTopics(cluster: ClusterDescription): FoundTopic[] {
  return existingTopics(cluster).map(({ name, partitions }) => ({
    name,
    partitions: partitions.length,
    replicationFactor: Math.min(...partitions.map(({ replicas }) => replicas.length)),
  }));
}

/**
 * All partitions of a cluster in the form that `planReplicas` takes: the existing ones, and the missing ones of planned topics. A
 * partition that is being moved counts as being at its destination.
 */
export function partitionsToPlace(
  planned: readonly PlannedTopic[],
  cluster: ClusterDescription,
  underWay: readonly PlacedPartition[],
  brokers: number,
): PartitionToPlace[] {
  const plannedByName = new Map(planned.map((topic) => [topic.name, topic]));
  const targets = new Map(underWay.map((each) => [keyOf(each), each.replicas]));
  const existing = existingTopics(cluster).flatMap(({ name: topic, partitions }) => {
    const plan = plannedByName.get(topic);
    return partitions.map((each): PartitionToPlace => {
      const replicas = targets.get(keyOf({ topic, partition: each.partition })) ?? each.replicas;
      return {
        topic,
        partition: each.partition,
        replicas,
        copies: plan?.replicationFactor ?? Math.min(replicas.length, brokers),
        movable: plan !== undefined,
      };
    });
  });
  const made = new Set(existing.map(keyOf));
  const grown = new Set(existingTopics(cluster).map(({ name }) => name));
  const missing = planned
    .filter(({ name, internal }) => !(internal && grown.has(name)))
    .flatMap(({ name: topic, partitions, replicationFactor: copies }) =>
      Array.from({ length: partitions }, (_, partition): PartitionToPlace => {
        return { topic, partition, replicas: [], copies, movable: true };
      }),
    )
    .filter((each) => !made.has(keyOf(each)));
  return [...existing, ...missing];
}

/** Planned topics that do not exist, one text each: `topic "device-1": does not exist`. */
export function absent(
  planned: readonly Pick<PlannedTopic, "name">[],
  cluster: ClusterDescription,
): string[] {
  const existing = new Set(existingTopics(cluster).map(({ name }) => name));
  return planned
    .filter(({ name }) => !existing.has(name))
    .map(({ name }) => `topic "${name}": does not exist`);
}

/** The problems of planned topics, one text each: `topic "device-1": no leader for partitions 0, 2`. */
export function unready(planned: readonly PlannedTopic[], cluster: ClusterDescription): string[] {
  const byName = new Map(existingTopics(cluster).map((topic) => [topic.name, topic]));
  return planned.flatMap(({ name, partitions, internal }) => {
    const found = byName.get(name);
    if (found === undefined) return absent([{ name }], cluster);
    const leaderless = found.partitions.filter(({ leader }) => leader < 0).map(({ partition }) => partition);
    if (leaderless.length > 0) {
      const noun = leaderless.length === 1 ? "partition" : "partitions";
      return [
        `topic "${name}": no leader for ${noun} ${leaderless.sort((one, other) => one - other).join(", ")}`,
      ];
    }
    if (!internal && found.partitions.length < partitions) {
      return [`topic "${name}": only ${found.partitions.length} of ${partitions} partitions`];
    }
    return [];
  });
}
