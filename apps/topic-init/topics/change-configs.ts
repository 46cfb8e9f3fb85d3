import { kafkaReason, protocolErrorOf, type TopicConfigChange, type TopicConfigs } from "../../shared/kafka";
import { AppError } from "../../shared/run-app";
import { counted } from "../../shared/text";
import { existingTopics } from "../cluster-state";
import { retryUntilDone, type TopicInitContext } from "../context";
import type { PlannedTopic } from "./plan-topics";
import type { PartitionPlacement } from "../replicas/plan-replicas";
import {
  configNamesFor,
  planConfigs,
  planForeignMinimums,
  showConfigChange,
  type WantedConfigs,
} from "./plan-configs";

const topicsAtOnce = 200;
const permanentRefusals = ["INVALID_CONFIG", "INVALID_REQUEST", "POLICY_VIOLATION"];

/** The changes that must wait until all replicas are in sync. */
export interface LaterChanges {
  finish(): Promise<void>;
}

/**
 * Changes the configs of topics to the planned ones, except changes that must wait for more replicas.
 * @throws AppError with the brokers' reason if they refuse a change, or cannot be reached for too long
 */
export async function changeConfigs(
  context: TopicInitContext,
  planned: readonly PlannedTopic[],
  placements: readonly PartitionPlacement[],
): Promise<LaterChanges> {
  const wanted = planned.map(({ name, minInsyncReplicas, config }): WantedConfigs => {
    return { topic: name, minInsyncReplicas, config };
  });
  const ours = new Set(planned.map(({ name }) => name));
  const copies = new Map(placements.map(({ topic, replicas }) => [topic, replicas.length]));
  const names = configNamesFor(wanted);
  let topics = [...new Set([...ours, ...copies.keys()])];
  const found: TopicConfigs = await retryUntilDone(
    context,
    "the topics' settings could not be read",
    async () => {
      try {
        return await context.cluster.topicConfigs(topics, names);
      } catch (error) {
        topics = await withoutDeleted(context, error, ours, topics, (topic) => topic);
        throw error;
      }
    },
  );
  const foreign = new Map([...copies].filter(([topic]) => !ours.has(topic)));
  const { before, after } = planConfigs(wanted, found);
  await change(context, ours, [...before, ...planForeignMinimums(foreign, found)]);
  return { finish: () => change(context, ours, after) };
}

async function change(
  context: TopicInitContext,
  ours: ReadonlySet<string>,
  changes: readonly TopicConfigChange[],
): Promise<void> {
  const made: TopicConfigChange[] = [];
  for (let begin = 0; begin < changes.length; begin += topicsAtOnce) {
    let part = changes.slice(begin, begin + topicsAtOnce);
    await retryUntilDone(context, "the topics' settings could not be changed", async () => {
      try {
        await context.cluster.changeTopicConfigs(part);
      } catch (error) {
        if (permanentRefusals.includes(protocolErrorOf(error) ?? ""))
          throw new AppError(`${kafkaReason(error)}; correct the topic's settings`);
        part = await withoutDeleted(context, error, ours, part, ({ topic }) => topic);
        throw error;
      }
    });
    made.push(...part);
  }
  for (const [shown, alike] of Map.groupBy(made, showConfigChange)) {
    const [first] = alike;
    const subject = alike.length === 1 ? first?.topic : counted(alike.length, "topic");
    context.logger.info(`${subject}: set ${shown}`);
  }
}

/**
 * Leaves out topics of others that no longer exist: if brokers did not know a topic, somebody may have deleted it meanwhile. If a broker
 * does not know one of ours, it has not heard of it yet.
 */
async function withoutDeleted<Item>(
  { cluster }: TopicInitContext,
  error: unknown,
  ours: ReadonlySet<string>,
  items: readonly Item[],
  topicOf: (item: Item) => string,
): Promise<Item[]> {
  if (protocolErrorOf(error) !== "UNKNOWN_TOPIC_OR_PARTITION") return [...items];
  const existing = new Set(existingTopics(await cluster.describe()).map(({ name }) => name));
  return items.filter((item) => ours.has(topicOf(item)) || existing.has(topicOf(item)));
}
