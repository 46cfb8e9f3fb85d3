import type { Incarnation } from "../../apps/shared/lake-table/incarnations";
import { LakeEnvironment } from "../../contract/environment/lake";
import { parseEnvironment } from "../../contract/environment/variables";
import type { OffsetsByTopic } from "../lake/kafka-offsets";
import { docker } from "../lake/table/docker";

/** A run of offsets that the tables must hold according to the table's transactions. */
export interface OffsetRun {
  /** The topic's name in the table. */
  readonly tableTopic: string;
  readonly partition: number;
  readonly first: number;
  /** The offset after the last. */
  readonly next: number;
  /** The first incarnation of a topic may start after the topic's first message, if the lake started later. */
  readonly isFirstIncarnation: boolean;
}

/** All runs of a table, in a stable order. */
export function runsOf(incarnations: ReadonlyMap<string, readonly Incarnation[]>): OffsetRun[] {
  const topics = [...incarnations.keys()].sort((one, other) =>
    one.localeCompare(other, "en", { numeric: true }),
  );
  return topics.flatMap((topic) =>
    (incarnations.get(topic) ?? []).flatMap(({ tableTopic, number, partitions }) =>
      [...partitions]
        .sort(([one], [other]) => one - other)
        .map(([partition, { first, next }]) => ({
          tableTopic,
          partition,
          first,
          next,
          isFirstIncarnation: number === 1,
        })),
    ),
  );
}

/** A partition that the table has not reached the end of. */
export interface Straggler {
  readonly topic: string;
  readonly partition: number;
  /** The next offset of the table; undefined if it does not know the partition. */
  readonly next: number | undefined;
  readonly end: number;
}

/** The partitions whose end offsets the table has not reached yet. */
export function stragglers(
  incarnations: ReadonlyMap<string, readonly Incarnation[]>,
  ends: OffsetsByTopic,
): Straggler[] {
  return [...ends].flatMap(([topic, offsets]) => {
    const current = incarnations.get(topic)?.at(-1)?.partitions;
    return offsets
      .map(({ partition, earliest, latest }) => ({
        topic,
        partition,
        next: current?.get(partition)?.next,
        end: latest,
        isEmpty: latest === earliest,
      }))
      .filter(({ next, end, isEmpty }) => (next === undefined ? !isEmpty : next < end))
      .map(({ isEmpty: _, ...straggler }) => straggler);
  });
}

/**
 * Reports topics that were created again, or have lost messages: they end before the offsets in the table.
 * @param incarnations as of before the end offsets were read
 */
export function shrunkTopics(
  incarnations: ReadonlyMap<string, readonly Incarnation[]>,
  ends: OffsetsByTopic,
): string[] {
  return [...ends].flatMap(([topic, offsets]) => {
    const current = incarnations.get(topic)?.at(-1)?.partitions;
    return offsets.flatMap(({ partition, latest }) => {
      const next = current?.get(partition)?.next ?? 0;
      return next <= latest
        ? []
        : [
            `topic "${topic}" partition ${partition} ends at offset ${latest}, but the table holds it up to ${next}: it was ` +
              "deleted and created again, or its brokers lost messages",
          ];
    });
  });
}

/** The configuration of the lakes of a stack. */
export interface LakeTopics {
  /** Topics that the lakes read into the table. */
  readonly read: readonly string[];
  /** Topics with devices that no lake reads. */
  readonly unread: readonly string[];
  /** The longest flush interval of the lakes, in milliseconds. */
  readonly flushIntervalMs: number;
}

/** @param containers names of the lakes' containers, running or not. */
export async function readLakeTopics(containers: readonly string[]): Promise<LakeTopics> {
  const format = "{{json .Config.Env}}";
  const listing = (await docker(["inspect", "--format", format, ...containers])).toString("utf8");
  return lakeTopicsOf(
    listing
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as string[]),
  );
}

/** @param environments of the lakes' containers, as `NAME=value`. */
export function lakeTopicsOf(environments: readonly (readonly string[])[]): LakeTopics {
  const lakes = environments.map((lines) => {
    const variables = lines.map((line): [string, string] => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1)];
    });
    return parseEnvironment(LakeEnvironment, Object.fromEntries(variables));
  });
  const read = [...new Set(lakes.flatMap((lake) => lake.CONSUMER_TOPICS))].sort();
  const planned = new Set(lakes.flatMap((lake) => lake.LAKE_PLANNED_TOPICS));
  return {
    read,
    unread: [...planned].filter((topic) => !read.includes(topic)).sort(),
    flushIntervalMs: Math.max(...lakes.map((lake) => lake.LAKE_FLUSH_INTERVAL_MS)),
  };
}
