import type { ClusterDescription } from "../shared/kafka";
import { counted, showDuration } from "../shared/text";
import { type Look, until } from "../shared/waiting";
import { batchesOf } from "./batches";
import { existingTopics } from "./cluster-state";
import { passingReason, type TopicInitContext } from "./context";
import type { PlannedTopic } from "./plan";
import { type PartitionPlacement, replicasByTopic } from "./replicas/plan-replicas";

/** A topic that has fewer partitions than planned. */
interface LackingTopic {
  readonly topic: PlannedTopic;
  readonly found: number;
}

/**
 * Adds the partitions that existing topics lack, where the planner has placed them. Kafka takes only partitions with as many
 * copies as the topic's first one has, so that has to be as planned before. What was done without an answer is not done twice,
 * which brokers would refuse: each attempt looks first.
 * @throws AppError that names a topic when nothing gets any further.
 */
export async function addMissingPartitions(
  context: TopicInitContext,
  planned: readonly PlannedTopic[],
  placements: readonly PartitionPlacement[],
): Promise<void> {
  const { cluster, logger, waiting } = context;
  const replicas = replicasByTopic(placements);
  const growing = new Map<PlannedTopic, number>();
  let lacking: readonly LackingTopic[] = [];
  let reason = "";
  await until(
    waiting,
    async (): Promise<Look<undefined>> => {
      try {
        lacking = lackingTopics(planned, await cluster.describe());
        for (const { topic, found } of lacking) if (!growing.has(topic)) growing.set(topic, found);
        for (const [topic, from] of growing) {
          if (lacking.some((each) => each.topic === topic)) continue;
          growing.delete(topic);
          logger.info(`${topic.name}: has ${counted(topic.partitions, "partition")} now, had ${from}`);
        }
        if (lacking.length === 0) return { kind: "done", result: undefined };
        for (const batch of batchesOf(lacking, ({ topic, found }) => topic.partitions - found)) {
          const refused = await cluster.createPartitions(
            batch.map(({ topic, found }) => {
              const added = (replicas.get(topic.name) ?? []).slice(found);
              return { topic: topic.name, count: topic.partitions, added };
            }),
          );
          reason = [...refused.values()].at(0) ?? reason;
        }
      } catch (error) {
        reason = passingReason(error, "partitions could not be added");
        logger.debug(`partitions could not be added: ${reason}`);
      }
      return { kind: "waiting", progress: String(lacking.length) };
    },
    () => {
      const [first] = lacking;
      const subject =
        first === undefined
          ? "partitions could not be added"
          : `topic "${first.topic.name}": only ${first.found} of ${first.topic.partitions} partitions`;
      return `${subject} after ${showDuration(waiting.timeoutMs)} (${reason}); look at the logs of the brokers`;
    },
  );
}

function lackingTopics(planned: readonly PlannedTopic[], cluster: ClusterDescription): LackingTopic[] {
  const found = new Map(existingTopics(cluster).map(({ name, partitions }) => [name, partitions.length]));
  return planned.flatMap((topic) => {
    const count = found.get(topic.name);
    if (topic.internal || count === undefined || count >= topic.partitions) return [];
    return [{ topic, found: count }];
  });
}
