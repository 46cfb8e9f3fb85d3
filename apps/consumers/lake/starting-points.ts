import type { LostOffsetsAction } from "../../../contract/environment/lake";
import {
  type KafkaClient,
  type TopicIdentities,
  topicIdentities,
  type TopicIdentity,
  topicOffsets,
} from "../../shared/kafka";
import { aborted, delay } from "../../shared/shutdown";
import { counted } from "../../shared/text";
import { LakeError } from "../../shared/delta/errors";
import type { DeltaTable } from "../../shared/delta/table";
import type { TablePartition, TopicPartition } from "../../shared/lake-table/table-topics";
import { incarnationsOf } from "../../shared/lake-table/incarnations";
import { planSource, type SourceLoss, type SourcePlan, type TopicFound } from "./sources-plan";

/** Where to read a partition on from. */
export interface StartingPoint extends TablePartition {
  /** The next offset to read: everything below is in the table, or went out of the topic before the table knew it. */
  readonly next: number;
}

export interface StartingPoints {
  readonly points: readonly StartingPoint[];
  /** Which topics they are that are read from there. */
  readonly identities: TopicIdentities;
}

export interface StartingPointOptions {
  readonly kafka: KafkaClient;
  readonly table: DeltaTable;
  readonly onLostOffsets: LostOffsetsAction;
  /** Ends the asking. */
  readonly signal: AbortSignal;
}

const lookAgainMs = 1000;
/** How often the brokers may seem to have lost something until that is believed. */
const maxLooks = 5;

/**
 * Where to read partitions on from, by what the table holds of their topics and what the topics hold. The table remembers
 * every partition, and which topic it is, before anything of it is read: a device that is removed before its first row is
 * written would be forgotten otherwise.
 * @returns undefined if the signal aborts first.
 * @throws LakeError LAKE_TOPIC_MADE_ANEW or LAKE_OFFSETS_LOST if rows cannot go on where the table stands and
 *   `onLostOffsets` is to stop; LAKE_OFFSET_UNREADABLE for a partition that the topic does not have.
 */
export async function findStartingPoints(
  { kafka, table, onLostOffsets, signal }: StartingPointOptions,
  partitions: readonly TopicPartition[],
): Promise<StartingPoints | undefined> {
  const topics = [...new Set(partitions.map(({ topic }) => topic))].sort();
  for (let look = 1; ; look++) {
    // Whoever asks the process to end does not wait for brokers that are away.
    const found = await Promise.race([lookAt(kafka, topics, signal), aborted(signal).then(() => undefined)]);
    if (found === undefined) return undefined;
    await table.refresh();
    const incarnations = incarnationsOf(table.state.transactions);
    const plans = [...found].map(([topic, held]) => planSource(topic, incarnations.get(topic) ?? [], held));
    const losses = plans.flatMap(({ loss }) => loss ?? []);
    const absent = partitions.find(({ topic, partition }) => !has(found.get(topic), partition));
    if (losses.length > 0 || absent !== undefined) {
      // A leader that has just taken over may not know yet how far its partition reaches, nor brokers what topics there are.
      if (look < maxLooks) {
        await delay(lookAgainMs, signal);
        continue;
      }
      if (absent !== undefined) throw withoutPartition(absent);
      if (onLostOffsets === "stop") throw lossError(losses);
    }
    const steps = plans.flatMap((plan) => plan.steps);
    if (steps.length > 0) {
      const { kind } = await table.append({ adds: [], transactions: steps });
      // Another consumer of the lake was faster: what it made of this decides.
      if (kind === "conflict") continue;
      tell(kafka, plans);
    }
    return { points: pointsOf(partitions, table), identities: identitiesOf(found) };
  }
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
      throw new Error(
        `the table does not know topic "${topic}" partition ${partition} that it has just learnt`,
      );
    }
    return { topic, tableTopic: current.tableTopic, partition, next: known.next };
  });
}

function identitiesOf(found: Found): ReadonlyMap<string, TopicIdentity> {
  return new Map([...found].map(([topic, { identity }]) => [topic, identity]));
}

function withoutPartition({ topic, partition }: TopicPartition): LakeError {
  return new LakeError(
    "LAKE_OFFSET_UNREADABLE",
    `topic "${topic}" has no partition ${partition}, which the group is to read: look at the brokers' logs`,
    { canRetry: true },
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
  const madeAnew = losses.some(({ code }) => code === "LAKE_TOPIC_MADE_ANEW");
  const names = some(
    losses.map(({ tableTopic }) => `"${tableTopic}"`),
    "topic",
  );
  return new LakeError(
    madeAnew ? "LAKE_TOPIC_MADE_ANEW" : "LAKE_OFFSETS_LOST",
    `${some(
      losses.map(({ what }) => what),
      "topic",
    )}. Nothing was written. To keep the rows there are and go on with what Kafka has now, as ${names} in the table, run ` +
      "`pulumi config set --path lake.onLostOffsets new-incarnation` and `pulumi up`; or give the lake a new table",
  );
}

function tell({ logger }: KafkaClient, plans: readonly SourcePlan[]): void {
  const renewed = plans.flatMap(({ loss, starts }) =>
    loss === undefined
      ? []
      : [`${loss.what}: its rows go on as "${loss.tableTopic}", ${some(starts.map(showStart), "partition")}`],
  );
  if (renewed.length > 0) logger.warn(`${some(renewed, "topic")} (as lake.onLostOffsets says)`);
  const late = plans.flatMap(({ loss, starts }) =>
    loss === undefined ? starts.filter(({ first }) => first > 0) : [],
  );
  if (late.length > 0) {
    const shown = late.map((start) => `topic "${start.topic}" ${showStart(start)}`);
    logger.info(`beginning with the oldest messages that there still are: ${some(shown, "partition")}`);
  }
}

function showStart({ partition, first }: { readonly partition: number; readonly first: number }): string {
  return `partition ${partition} from offset ${first}`;
}
