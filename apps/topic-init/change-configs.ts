import { kafkaReason, protocolErrorOf, type TopicConfigChange, type TopicConfigs } from "../shared/kafka";
import { AppError } from "../shared/run-app";
import { counted } from "../shared/text";
import { existingTopics } from "./cluster-state";
import { retryUntilDone, type TopicInitContext } from "./context";
import type { PlannedTopic } from "./plan";
import type { PartitionPlacement } from "./replicas/plan-replicas";
import {
  configNamesFor,
  planConfigs,
  planForeignMinimums,
  showConfigChange,
  type WantedConfigs,
} from "./topic-configs";

const topicsAtOnce = 200;
const refusedForGood = ["INVALID_CONFIG", "INVALID_REQUEST", "POLICY_VIOLATION"];

/** What of the changes has to come after the replicas are where they are to be. */
export interface RestOfChanges {
  finish(): Promise<void>;
}

/** Changes topics' configs to the planned ones, except what has to wait for more copies. */
export async function changeConfigs(
  context: TopicInitContext,
  planned: readonly PlannedTopic[],
  placements: readonly PartitionPlacement[],
): Promise<RestOfChanges> {
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
        topics = await stillThere(context, error, ours, topics, (topic) => topic);
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
        if (refusedForGood.includes(protocolErrorOf(error) ?? ""))
          throw new AppError(`${kafkaReason(error)}; correct the topic's settings`);
        part = await stillThere(context, error, ours, part, ({ topic }) => topic);
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
 * Leaves out topics of others that are gone: where brokers did not know a topic, one may have been deleted meanwhile. One of
 * ours that a broker does not know has not come to it yet.
 */
async function stillThere<Item>(
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
