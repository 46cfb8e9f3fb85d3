import type { Lineage } from "../../apps/shared/lake-table/lineages";
import type { OffsetsByTopic } from "../lake/kafka-offsets";

/** An unbroken run of offsets that the tables must hold, by what the table's transactions say. */
export interface OffsetRun {
  /** What the table calls the topic. */
  readonly tableTopic: string;
  readonly partition: number;
  readonly first: number;
  /** The offset after the last. */
  readonly next: number;
  /** The first lineage of a topic may begin behind the topic's first message: the lake came later. */
  readonly isFirstLineage: boolean;
}

/** All runs of a table, in a stable order. */
export function runsOf(lineages: ReadonlyMap<string, readonly Lineage[]>): OffsetRun[] {
  const topics = [...lineages.keys()].sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
  return topics.flatMap((topic) =>
    (lineages.get(topic) ?? []).flatMap(({ tableTopic, number, partitions }) =>
      [...partitions]
        .sort(([one], [other]) => one - other)
        .map(([partition, { first, next }]) => ({
          tableTopic,
          partition,
          first,
          next,
          isFirstLineage: number === 1,
        })),
    ),
  );
}

/** A partition that the table has not reached the end of. */
export interface Straggler {
  readonly topic: string;
  readonly partition: number;
  /** How far the table has come; undefined if it knows nothing of the partition. */
  readonly next: number | undefined;
  readonly end: number;
}

/** The partitions whose end offsets the table has not reached yet. */
export function stragglers(
  lineages: ReadonlyMap<string, readonly Lineage[]>,
  ends: OffsetsByTopic,
): Straggler[] {
  return [...ends].flatMap(([topic, offsets]) => {
    const current = lineages.get(topic)?.at(-1)?.partitions;
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
 * Topics that are not those that the table was fed from, or have lost messages: they end before what the table holds.
 * @param lineages as they were before the end offsets were asked for.
 */
export function shrunkTopics(
  lineages: ReadonlyMap<string, readonly Lineage[]>,
  ends: OffsetsByTopic,
): string[] {
  return [...ends].flatMap(([topic, offsets]) => {
    const current = lineages.get(topic)?.at(-1)?.partitions;
    return offsets.flatMap(({ partition, latest }) => {
      const next = current?.get(partition)?.next ?? 0;
      return next <= latest
        ? []
        : [
            `topic "${topic}" partition ${partition} ends at offset ${latest}, but the table holds it up to ${next}: it was ` +
              "deleted and made again, or its brokers lost messages",
          ];
    });
  });
}
