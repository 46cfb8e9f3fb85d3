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

/** What the brokers hold under the name of a topic. */
export interface TopicFound {
  readonly identity: TopicIdentity;
  readonly offsets: readonly PartitionOffsets[];
}

/** Why rows of a topic cannot continue where the table stands. */
export interface SourceLoss {
  readonly code: Extract<LakeErrorCode, "TOPIC_RECREATED" | "OFFSETS_LOST">;
  /** A sentence for the log, without its full stop. */
  readonly what: string;
  /** The topic's name in the table from now on. */
  readonly tableTopic: string;
}

/** Where reading of a partition starts in an incarnation. */
export interface IncarnationStart extends TopicPartition {
  readonly first: number;
}

/** What the table must remember of a topic before reading continues. */
export interface SourcePlan {
  /** If this is defined, the plan starts a new incarnation. */
  readonly loss: SourceLoss | undefined;
  /** Transactions to commit; empty if the table knows everything already. */
  readonly steps: readonly TransactionStep[];
  /** The partitions that the table did not know, or not in this incarnation. */
  readonly starts: readonly IncarnationStart[];
}

/**
 * Compares a topic with the incarnations that the table holds under its name (from `incarnationsOf`).
 *
 * An incarnation covers a whole topic: when one partition has lost messages, all partitions continue under the next name. There, a
 * partition starts at the next offset of the same topic, if that offset still exists, and otherwise at its oldest message.
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

/** Ends an incarnation: a consumer that still reads it can no longer commit. */
function closingSteps({ tableTopic, partitions }: Incarnation): TransactionStep[] {
  return [...partitions].map(([partition, { next }]) => ({
    appId: appIdOf({ tableTopic, partition }),
    from: next,
    to: closedAt(next),
  }));
}

/** Adds ids that the table lacks because this program, or the brokers, did not supply them when the incarnation started. */
function sourceSteps(
  { tableTopic, source, partitions }: Incarnation,
  found: TopicIdentity,
): TransactionStep[] {
  const isNew =
    source === undefined ||
    (source.clusterId === undefined && found.clusterId !== undefined) ||
    (source.topicId === undefined && found.topicId !== undefined);
  if (!isNew) return [];
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
  if (source !== undefined && !isSameTopic(source, identity)) return recreated(topic, source, identity);

  const isSame = isSurelySameTopic(source, identity);
  const losses = offsets.flatMap(({ partition, earliest, latest }) => {
    const { next } = incarnation.partitions.get(partition) ?? { next: earliest };
    if (next > latest) return [endsBefore({ topic, partition }, next, latest, isSame)];
    return next < earliest ? [startsAfter({ topic, partition }, next, earliest)] : [];
  });
  const [first, ...others] = losses;
  if (first === undefined || others.length === 0) return first;
  return { ...first, what: `${first.what} (${counted(others.length, "more partition")} alike)` };
}

function recreated(topic: string, source: TopicIdentity, found: TopicIdentity): LossKind {
  const what = isSameTopic({ ...source, topicId: undefined }, found)
    ? `topic "${topic}" was deleted and created again: its id is ${found.topicId}, but the rows in the table are from ${source.topicId}`
    : `topic "${topic}" belongs to another Kafka cluster now: the cluster's id is ${found.clusterId}, but the rows in the table are ` +
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
        : "the topic was deleted and created again, or the brokers have lost messages"),
  };
}

function startsAfter({ topic, partition }: TopicPartition, next: number, earliest: number): LossKind {
  return {
    code: "OFFSETS_LOST",
    what:
      `topic "${topic}" partition ${partition} starts at offset ${earliest}, but the table holds it only up to ${next}: ` +
      `the topic lost ${counted(earliest - next, "unread message")}`,
  };
}
