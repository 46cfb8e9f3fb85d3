import {
  createKafka,
  existingTopics,
  type KafkaClient,
  type PartitionOffsets,
  topicOffsets,
} from "../../apps/shared/kafka";
import { createLogger } from "../../apps/shared/logger";
import { within } from "../../apps/shared/shutdown";
import { docker } from "./docker";

/** What the topics hold now, by name; topics that do not exist are left out. */
export type OffsetsByTopic = ReadonlyMap<string, readonly PartitionOffsets[]>;

const answerWithinMs = 3000;
const answerAllWithinMs = 60_000;

/** Asks the stack's brokers, through their ports on this machine. @returns undefined if none answers. */
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

/** The stack's brokers, as they are reached from this machine; undefined if none runs. */
export async function stackKafka(stack: string): Promise<KafkaClient | undefined> {
  const bootstrapServers = await brokerAddresses(stack);
  if (bootstrapServers.length === 0) return undefined;
  const logger = createLogger({ app: "lake", format: "pretty", write: () => {} });
  return createKafka({ bootstrapServers, clientId: "kafka-iot-sim-tools", logger });
}

/** Where the stack's running brokers are reached from this machine. */
async function brokerAddresses(stack: string): Promise<string[]> {
  const filters = [`label=kafka-iot-sim.stack=${stack}`, "label=kafka-iot-sim.role=broker"];
  const args = ["ps", ...filters.flatMap((filter) => ["--filter", filter]), "--format", "{{.Ports}}"];
  return publishedAddresses((await docker(args)).toString("utf8"));
}

/** The addresses in a listing such as `127.0.0.1:9092->9092/tcp`. */
export function publishedAddresses(listing: string): string[] {
  const ports = [...listing.matchAll(/127\.0\.0\.1:(\d+)->/g)].map(([, port]) => Number(port));
  return ports.sort((one, other) => one - other).map((port) => `127.0.0.1:${port}`);
}
