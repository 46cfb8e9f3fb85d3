import type { LostOffsetsAction } from "../../../../contract/environment/lake";
import { LakeError } from "./lake-error";
import type { DeltaTable } from "../../../shared/delta/table/table";
import {
  type KafkaClient,
  type TopicIdentities,
  topicIdentities,
  type TopicIdentity,
  topicOffsets,
} from "../../../shared/kafka";
import { retryUntil } from "../../../shared/retry";
import { incarnationsOf } from "../../../shared/lake-table/incarnations";
import type { TablePartition, TopicPartition } from "../../../shared/lake-table/table-topics";
import { aborted } from "../../../shared/shutdown";
import { counted } from "../../../shared/text";
import { planSource, type SourceLoss, type SourcePlan, type TopicFound } from "./source-plan";

/** Where reading of a partition continues. */
export interface StartingPoint extends TablePartition {
  /** The next offset to read: everything below is in the table, or was removed from the topic before the table knew it. */
  readonly next: number;
}

export interface StartingPoints {
  readonly points: readonly StartingPoint[];
  /** The identities of their topics. */
  readonly identities: TopicIdentities;
}

export interface StartingPointOptions {
  readonly kafka: KafkaClient;
  readonly table: DeltaTable;
  readonly onLostOffsets: LostOffsetsAction;
  /** Ends the search. */
  readonly signal: AbortSignal;
}

const retryMs = 1000;
/** How many times in a row the brokers must report a loss until it is believed. */
const maxLooks = 5;

/**
 * Finds the offsets at which partitions are read on, by what the table and the topics hold. The table remembers every partition, and
 * the topic's identity, before anything is read from it: otherwise a device that is removed before its first row is written would be
 * forgotten.
 * @returns undefined if the signal aborts first.
 * @throws LakeError TOPIC_RECREATED or OFFSETS_LOST if rows cannot continue where the table stands and `onLostOffsets` is "stop";
 *   OFFSET_UNREADABLE for a partition that the topic does not have.
 */
export async function findStartingPoints(
  { kafka, table, onLostOffsets, signal }: StartingPointOptions,
  partitions: readonly TopicPartition[],
): Promise<StartingPoints | undefined> {
  const topics = [...new Set(partitions.map(({ topic }) => topic))].sort();
  let looks = 0;
  const attempt = async (): Promise<StartingPoints | undefined> => {
    looks++;
    // An abort does not wait for brokers that do not answer.
    const found = await Promise.race([lookAt(kafka, topics, signal), aborted(signal).then(() => undefined)]);
    if (found === undefined) return undefined;
    await table.refresh();
    const incarnations = incarnationsOf(table.state.transactions);
    const plans = [...found].map(([topic, held]) => planSource(topic, incarnations.get(topic) ?? [], held));
    const losses = plans.flatMap(({ loss }) => loss ?? []);
    const absent = partitions.find(({ topic, partition }) => !has(found.get(topic), partition));
    if (losses.length > 0 || absent !== undefined) {
      // A new leader may not know the end of its partition yet, and a broker may not know all topics.
      if (looks < maxLooks) return undefined;
      if (absent !== undefined) throw withoutPartition(absent);
      if (onLostOffsets === "stop") throw lossError(losses);
    }
    const steps = plans.flatMap((plan) => plan.steps);
    if (steps.length > 0) {
      const { kind } = await table.append({ adds: [], transactions: steps });
      // Another consumer of the lake was faster: what it committed decides.
      if (kind === "conflict") return attempt();
      logPlans(kafka, plans);
    }
    return { points: pointsOf(partitions, table), identities: identitiesOf(found) };
  };
  return retryUntil(signal, attempt, { delayMs: retryMs });
}

type Found = ReadonlyMap<string, TopicFound>;

async function lookAt(
  kafka: KafkaClient,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<Found | undefined> {
  const identities = await topicIdentities(kafka, topics, signal);
  if (identities === undefined) return undefined;
  const offsets = await topicOffsets(kafka, topics, signal);
  if (offsets === undefined) return undefined;
  return new Map(
    [...identities].map(([topic, identity]) => [topic, { identity, offsets: offsets.get(topic) ?? [] }]),
  );
}

function has(found: TopicFound | undefined, partition: number): boolean {
  return found?.offsets.some((held) => held.partition === partition) === true;
}

function pointsOf(partitions: readonly TopicPartition[], table: DeltaTable): StartingPoint[] {
  const incarnations = incarnationsOf(table.state.transactions);
  return partitions.map(({ topic, partition }) => {
    const current = incarnations.get(topic)?.at(-1);
    const known = current?.partitions.get(partition);
    if (current === undefined || known === undefined) {
      throw new Error(`the table does not know topic "${topic}" partition ${partition} that was just added`);
    }
    return { topic, tableTopic: current.tableTopic, partition, next: known.next };
  });
}

function identitiesOf(found: Found): ReadonlyMap<string, TopicIdentity> {
  return new Map([...found].map(([topic, { identity }]) => [topic, identity]));
}

function withoutPartition({ topic, partition }: TopicPartition): LakeError {
  return new LakeError(
    "OFFSET_UNREADABLE",
    `topic "${topic}" has no partition ${partition}, which the group has to read: look at the brokers' logs`,
    { retriable: true },
  );
}

const maxShown = 3;

/** The first few, and how many more. */
function some(texts: readonly string[], noun: string): string {
  const more = texts.length - maxShown;
  const shown = texts.slice(0, maxShown).join("; ");
  return more > 0 ? `${shown}; and ${counted(more, `more ${noun}`)}` : shown;
}

function lossError(losses: readonly SourceLoss[]): LakeError {
  const madeAnew = losses.some(({ code }) => code === "TOPIC_RECREATED");
  const names = some(
    losses.map(({ tableTopic }) => `"${tableTopic}"`),
    "topic",
  );
  return new LakeError(
    madeAnew ? "TOPIC_RECREATED" : "OFFSETS_LOST",
    `${some(
      losses.map(({ what }) => what),
      "topic",
    )}. Nothing was written. To keep the table's rows and go on with what Kafka has now, as ${names} in the table, run ` +
      "`pulumi config set --path lake.onLostOffsets new-incarnation` and `pulumi up`; or give the lake a new table",
  );
}

function logPlans({ logger }: KafkaClient, plans: readonly SourcePlan[]): void {
  const recreated = plans.flatMap(({ loss, starts }) =>
    loss === undefined
      ? []
      : [`${loss.what}: its rows go on as "${loss.tableTopic}", ${some(starts.map(showStart), "partition")}`],
  );
  if (recreated.length > 0) logger.warn(`${some(recreated, "topic")} (as lake.onLostOffsets says)`);
  const late = plans.flatMap(({ loss, starts }) =>
    loss === undefined ? starts.filter(({ first }) => first > 0) : [],
  );
  if (late.length > 0) {
    const shown = late.map((start) => `topic "${start.topic}" ${showStart(start)}`);
    logger.info(`starting with the oldest messages that the topics still hold: ${some(shown, "partition")}`);
  }
}

function showStart({ partition, first }: { readonly partition: number; readonly first: number }): string {
  return `partition ${partition} from offset ${first}`;
}
