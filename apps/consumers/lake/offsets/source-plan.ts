import type { LakeErrorCode } from "./lake-error";
import type { TransactionStep } from "../../../shared/delta/table/table";
import { isSameTopic, type PartitionOffsets, type TopicIdentity } from "../../../shared/kafka";
import { type Incarnation, sourceAppIdOf } from "../../../shared/lake-table/incarnations";
import {
  appIdOf,
  closedAt,
  tableTopicOf,
  type TopicPartition,
} from "../../../shared/lake-table/table-topics";
import { counted } from "../../../shared/text";

/** What the brokers have by the name of a topic. */
export interface TopicFound {
  readonly identity: TopicIdentity;
  readonly offsets: readonly PartitionOffsets[];
}

/** Why rows of a topic cannot go on as the table has them. */
export interface SourceLoss {
  readonly code: Extract<LakeErrorCode, "TOPIC_RECREATED" | "OFFSETS_LOST">;
  /** A sentence for people, without its full stop. */
  readonly what: string;
  /** What the table would call the topic from now on. */
  readonly tableTopic: string;
}

/** Where reading of a partition begins in an incarnation. */
export interface IncarnationStart extends TopicPartition {
  readonly first: number;
}

/** What the table has to remember of a topic before it is read on. */
export interface SourcePlan {
  /** With this, the plan begins a new incarnation. */
  readonly loss: SourceLoss | undefined;
  /** Empty if the table knows all there is. */
  readonly steps: readonly TransactionStep[];
  /** The partitions that the table has not known, or not in this incarnation. */
  readonly starts: readonly IncarnationStart[];
}

/**
 * Compares a topic with what the table was fed with by that name (`incarnations`, as from `incarnationsOf`).
 *
 * A incarnation is that of a whole topic: when a partition has lost messages, all go on under the next name. There a partition
 * starts where the same topic was left off, if it still has that offset, otherwise with the oldest message it has.
 */
export function planSource(
  topic: string,
  incarnations: readonly Incarnation[],
  found: TopicFound,
): SourcePlan {
  const current = incarnations.at(-1);
  const loss = current && lossOf(current, found);
  const incarnation = (current?.number ?? 1) + (loss === undefined ? 0 : 1);
  const tableTopic = tableTopicOf(topic, incarnation);
  const known = loss === undefined ? current?.partitions : undefined;

  const starts = found.offsets
    .filter(({ partition }) => known?.has(partition) !== true)
    .map((held) => ({
      topic,
      partition: held.partition,
      first: startOf(held, incarnations, found.identity),
    }));
  const steps = starts.flatMap(({ partition, first }) => [
    { appId: appIdOf({ tableTopic, partition }), from: undefined, to: first },
    { appId: sourceAppIdOf(tableTopic, partition, found.identity), from: undefined, to: first },
  ]);
  if (current === undefined) return { loss: undefined, steps, starts };
  if (loss === undefined) return { loss, steps: [...sourceSteps(current, found.identity), ...steps], starts };
  return { loss: { ...loss, tableTopic }, steps: [...closingSteps(current), ...steps], starts };
}

/** Ends an incarnation: whoever still reads by it cannot commit any more. */
function closingSteps({ tableTopic, partitions }: Incarnation): TransactionStep[] {
  return [...partitions].map(([partition, { next }]) => ({
    appId: appIdOf({ tableTopic, partition }),
    from: next,
    to: closedAt(next),
  }));
}

/** Makes the table remember ids that it has not known: its incarnation began before this program, or the brokers, told them. */
function sourceSteps(
  { tableTopic, source, partitions }: Incarnation,
  found: TopicIdentity,
): TransactionStep[] {
  const isNews =
    source === undefined ||
    (source.clusterId === undefined && found.clusterId !== undefined) ||
    (source.topicId === undefined && found.topicId !== undefined);
  if (!isNews) return [];
  const identity = {
    clusterId: found.clusterId ?? source?.clusterId,
    topicId: found.topicId ?? source?.topicId,
  };
  return [...partitions].map(([partition, { first }]) => ({
    appId: sourceAppIdOf(tableTopic, partition, identity),
    from: undefined,
    to: first,
  }));
}

function startOf(
  held: PartitionOffsets,
  incarnations: readonly Incarnation[],
  identity: TopicIdentity,
): number {
  const former = incarnations.findLast(
    ({ source, partitions }) => isSurelySameTopic(source, identity) && partitions.has(held.partition),
  );
  const next = former?.partitions.get(held.partition)?.next;
  return next === undefined || next < held.earliest || next > held.latest ? held.earliest : next;
}

function isSurelySameTopic(one: TopicIdentity | undefined, other: TopicIdentity): boolean {
  return one?.topicId !== undefined && other.topicId !== undefined && isSameTopic(one, other);
}

type LossKind = Pick<SourceLoss, "code" | "what">;

function lossOf(incarnation: Incarnation, { identity, offsets }: TopicFound): LossKind | undefined {
  const { topic, source } = incarnation;
  if (source !== undefined && !isSameTopic(source, identity)) return madeAnew(topic, source, identity);

  const isSame = isSurelySameTopic(source, identity);
  const losses = offsets.flatMap(({ partition, earliest, latest }) => {
    const { next } = incarnation.partitions.get(partition) ?? { next: earliest };
    if (next > latest) return [endsBefore({ topic, partition }, next, latest, isSame)];
    return next < earliest ? [beginsBehind({ topic, partition }, next, earliest)] : [];
  });
  const [first, ...others] = losses;
  if (first === undefined || others.length === 0) return first;
  return { ...first, what: `${first.what} (${counted(others.length, "more partition")} alike)` };
}

function madeAnew(topic: string, source: TopicIdentity, found: TopicIdentity): LossKind {
  const what = isSameTopic({ ...source, topicId: undefined }, found)
    ? `topic "${topic}" was deleted and made again: its id is ${found.topicId}, the table was fed from ${source.topicId}`
    : `topic "${topic}" is now that of another Kafka cluster: the cluster's id is ${found.clusterId}, the table was fed ` +
      `from ${source.clusterId}`;
  return { code: "TOPIC_RECREATED", what };
}

function endsBefore(
  { topic, partition }: TopicPartition,
  next: number,
  latest: number,
  isSame: boolean,
): LossKind {
  return {
    code: isSame ? "OFFSETS_LOST" : "TOPIC_RECREATED",
    what:
      `topic "${topic}" partition ${partition} ends at offset ${latest}, but the table already holds it up to ${next}: ` +
      (isSame
        ? "the brokers have lost messages"
        : "the topic was deleted and made again, or the brokers have lost messages"),
  };
}

function beginsBehind({ topic, partition }: TopicPartition, next: number, earliest: number): LossKind {
  return {
    code: "OFFSETS_LOST",
    what:
      `topic "${topic}" partition ${partition} begins at offset ${earliest}, but the table holds it only up to ${next}: ` +
      `${counted(earliest - next, "message")} went out of the topic before being read`,
  };
}
