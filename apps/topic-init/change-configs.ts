import { kafkaReason, protocolErrorOf, type TopicConfigChange, type TopicConfigs } from "../shared/kafka";
import { AppError } from "../shared/run-app";
import { counted } from "../shared/text";
import { insist, type TopicInitContext } from "./context";
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
const refusedForGood = [
  "INVALID_CONFIG",
  "INVALID_REQUEST",
  "POLICY_VIOLATION",
  "UNKNOWN_TOPIC_OR_PARTITION",
];

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
  const foreign = new Map(
    placements
      .filter(({ topic }) => planned.every(({ name }) => name !== topic))
      .map(({ topic, replicas }) => [topic, replicas.length]),
  );
  const names = configNamesFor(wanted);
  const topics = [...wanted.map(({ topic }) => topic), ...foreign.keys()];
  const found: TopicConfigs = await insist(context, "the topics' settings could not be read", () =>
    context.cluster.topicConfigs(topics, names),
  );
  const { before, after } = planConfigs(wanted, found);
  await change(context, [...before, ...planForeignMinimums(foreign, found)]);
  return { finish: () => change(context, after) };
}

async function change(context: TopicInitContext, changes: readonly TopicConfigChange[]): Promise<void> {
  for (let begin = 0; begin < changes.length; begin += topicsAtOnce) {
    const part = changes.slice(begin, begin + topicsAtOnce);
    await insist(context, "the topics' settings could not be changed", async () => {
      try {
        await context.cluster.changeTopicConfigs(part);
      } catch (error) {
        const refused = refusedForGood.includes(protocolErrorOf(error) ?? "");
        if (!refused) throw error;
        throw new AppError(`${kafkaReason(error)}; correct the topic's settings`);
      }
    });
  }
  for (const [shown, alike] of Map.groupBy(changes, showConfigChange)) {
    const [first] = alike;
    const subject = alike.length === 1 ? first?.topic : counted(alike.length, "topic");
    context.logger.info(`${subject}: set ${shown}`);
  }
}
