import type { TopicInitEnvironment } from "../../contract/environment/topic-init";
import { type ClusterAdmin, isFromKafka, kafkaReason, type QuorumAdmin, TooOldBroker } from "../shared/kafka";
import type { Logger } from "../shared/logger";
import { AppError } from "../shared/run-app";
import { showDuration } from "../shared/text";
import { until, type Waiting } from "../shared/waiting";

/** What every part of the work has at hand. */
export interface TopicInitContext {
  readonly cluster: Pick<ClusterAdmin, keyof ClusterAdmin>;
  readonly quorum: Pick<QuorumAdmin, keyof QuorumAdmin>;
  readonly settings: TopicInitEnvironment;
  readonly logger: Logger;
  readonly waiting: Waiting;
}

/** Ids of the planned brokers, ascending. */
export function plannedBrokers({ settings }: Pick<TopicInitContext, "settings">): number[] {
  return Array.from({ length: settings.TOPIC_INIT_BROKERS }, (_, index) => index + 1);
}

/**
 * Why a request to the brokers failed that may be repeated, as brokers come and go.
 * @throws AppError for a request that the brokers do not know, and anything else that no broker is the reason of as it is.
 */
export function passingReason(error: unknown, failure: string): string {
  if (error instanceof TooOldBroker) throw new AppError(`${failure}: ${error.message}`);
  if (!isFromKafka(error)) throw error;
  return kafkaReason(error);
}

/** Repeats what fails, as brokers come and go. @throws AppError with the last reason when it fails for too long. */
export async function retryUntilDone<Result>(
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
        problem = passingReason(error, failure);
        logger.debug(`${failure}: ${problem}`);
        return { kind: "waiting" };
      }
    },
    () =>
      `${failure} within ${showDuration(waiting.timeoutMs)} (${problem}); look at the logs of the brokers`,
  );
}
