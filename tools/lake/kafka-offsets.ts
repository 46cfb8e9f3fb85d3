import {
  createKafka,
  existingTopics,
  type KafkaClient,
  type PartitionOffsets,
  topicOffsets,
} from "../../apps/shared/kafka";
import { type Incarnation, incarnationsOf } from "../../apps/shared/lake-table/incarnations";
import { createLogger } from "../../apps/shared/logger";
import { within } from "../../apps/shared/shutdown";
import { docker } from "./table/docker";

/** The current offsets of topics, by name; topics that do not exist are omitted. */
export type OffsetsByTopic = ReadonlyMap<string, readonly PartitionOffsets[]>;

const answerWithinMs = 3000;
const answerAllWithinMs = 60_000;

/** Reads offsets from the stack's brokers, through their ports on this machine. @returns undefined if no broker answers. */
export async function readOffsets(
  stack: string,
  topics: readonly string[],
): Promise<OffsetsByTopic | undefined> {
  const kafka = await stackKafka(stack);
  if (kafka === undefined) return undefined;
  const giveUp = new AbortController();
  try {
    const answer = await within(answerWithinMs, existingTopics(kafka, [], giveUp.signal));
    if (answer.kind === "late") return undefined;
    const found = await within(answerAllWithinMs, offsetsOf(kafka));
    return found.kind === "done" ? found.result : undefined;
  } finally {
    giveUp.abort();
  }

  async function offsetsOf(client: KafkaClient) {
    const existing = await existingTopics(client, topics, giveUp.signal);
    return existing && (await topicOffsets(client, existing, giveUp.signal));
  }
}

/** A client of the stack's brokers, through their ports on this machine; undefined if no broker runs. */
export async function stackKafka(stack: string): Promise<KafkaClient | undefined> {
  const bootstrapServers = await brokerAddresses(stack);
  if (bootstrapServers.length === 0) return undefined;
  const logger = createLogger({ app: "lake", format: "pretty", write: () => {} });
  return createKafka({ bootstrapServers, clientId: "kafka-iot-sim-tools", logger });
}

/** The addresses of the stack's running brokers on this machine. */
async function brokerAddresses(stack: string): Promise<string[]> {
  const filters = [`label=kafka-iot-sim.stack=${stack}`, "label=kafka-iot-sim.role=broker"];
  const args = ["ps", ...filters.flatMap((filter) => ["--filter", filter]), "--format", "{{.Ports}}"];
  return publishedAddresses((await docker(args)).toString("utf8"));
}

/** The addresses in a listing such as `127.0.0.1:9092->9092/tcp`. */
function publishedAddresses(listing: string): string[] {
  const ports = [...listing.matchAll(/127\.0\.0\.1:(\d+)->/g)].map(([, port]) => Number(port));
  return ports.sort((one, other) => one - other).map((port) => `127.0.0.1:${port}`);
}

/** How far the table has read a topic. */
export interface TopicLag {
  readonly topic: string;
  readonly partitions: number;
  /** Messages in the table, of all incarnations. */
  readonly read: number;
  /** Messages in the topic that are not in the table yet. */
  readonly lag: number | "unknown" | "no such topic" | "another topic";
}

/** How far the table has read each of its topics, by the current offsets of the stack's brokers. */
export async function readLag(stack: string, transactions: ReadonlyMap<string, number>): Promise<TopicLag[]> {
  const incarnations = incarnationsOf(transactions);
  const topics = [...incarnations.keys()].sort((one, other) =>
    one.localeCompare(other, "en", { numeric: true }),
  );
  const offsets = topics.length === 0 ? undefined : await readOffsets(stack, topics);
  return topics.map((topic) => topicLag(topic, incarnations.get(topic) ?? [], offsets));
}

/** @param offsets of the topics; undefined if no broker answers */
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
