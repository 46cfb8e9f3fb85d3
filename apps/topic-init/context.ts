import type { TopicInitEnvironment } from "../shared/contract/topic-init";
import { type ClusterAdmin, kafkaReason, type QuorumAdmin, TooOldBroker } from "../shared/kafka";
import type { Logger } from "../shared/logger";
import { AppError } from "../shared/run-app";
import { showDuration } from "../shared/text";
import { until, type Waiting } from "../shared/waiting";

/** What every part of the work has at hand. */
export interface TopicInitContext {
  readonly cluster: ClusterAdmin;
  readonly quorum: QuorumAdmin;
  readonly settings: TopicInitEnvironment;
  readonly logger: Logger;
  readonly waiting: Waiting;
}

/** Ids of the planned brokers, ascending. */
export function plannedBrokers({ settings }: Pick<TopicInitContext, "settings">): number[] {
  return Array.from({ length: settings.TOPIC_INIT_BROKERS }, (_, index) => index + 1);
}

/** Repeats what fails, as brokers come and go. @throws AppError with the last reason when it fails for too long. */
export async function insist<Result>(
  { waiting, logger }: Pick<TopicInitContext, "waiting" | "logger">,
  failure: string,
  work: () => Promise<Result>,
): Promise<Result> {
  let problem = "";
  return until<Result>(
    waiting,
    async () => {
      try {
        return { kind: "done", result: await work() };
      } catch (error) {
        if (error instanceof AppError) throw error;
        if (error instanceof TooOldBroker) throw new AppError(`${failure}: ${error.message}`);
        problem = kafkaReason(error);
        logger.debug(`${failure}: ${problem}`);
        return { kind: "waiting" };
      }
    },
    () =>
      `${failure} within ${showDuration(waiting.timeoutMs)} (${problem}); look at the logs of the brokers`,
  );
}
