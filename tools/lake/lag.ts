import { type Incarnation, incarnationsOf } from "../../apps/shared/lake-table/incarnations";
import { type OffsetsByTopic, readOffsets } from "./kafka-offsets";

/** How far the table has come with a topic. */
export interface TopicLag {
  readonly topic: string;
  readonly partitions: number;
  /** Messages that are in, of all incarnations. */
  readonly read: number;
  /** Messages that are in the topic and not yet in the table. */
  readonly lag: number | "unknown" | "no such topic" | "another topic";
}

/** How far the table has come with each of the topics that it was fed from, by what the stack's brokers say now. */
export async function readLag(stack: string, transactions: ReadonlyMap<string, number>): Promise<TopicLag[]> {
  const incarnations = incarnationsOf(transactions);
  const topics = [...incarnations.keys()].sort((one, other) =>
    one.localeCompare(other, "en", { numeric: true }),
  );
  const offsets = topics.length === 0 ? undefined : await readOffsets(stack, topics);
  return topics.map((topic) => topicLag(topic, incarnations.get(topic) ?? [], offsets));
}

/** @param offsets what the topics hold; undefined if no broker answers. */
export function topicLag(
  topic: string,
  incarnations: readonly Incarnation[],
  offsets: OffsetsByTopic | undefined,
): TopicLag {
  const current = incarnations.at(-1)?.partitions;
  let read = 0;
  for (const { partitions } of incarnations)
    for (const { first, next } of partitions.values()) read += next - first;
  const counts = { topic, partitions: current?.size ?? 0, read };
  if (offsets === undefined) return { ...counts, lag: "unknown" };
  const held = offsets.get(topic);
  if (held === undefined) return { ...counts, lag: "no such topic" };
  const lags = held.map(
    ({ partition, earliest, latest }) => latest - (current?.get(partition)?.next ?? earliest),
  );
  if (lags.some((lag) => lag < 0)) return { ...counts, lag: "another topic" };
  return { ...counts, lag: lags.reduce((sum, lag) => sum + lag, 0) };
}
