import type { TopicInitEnvironment } from "../../contract/environment/topic-init";
import { type ClusterAdmin, isFromKafka, kafkaReason, type QuorumAdmin, TooOldBroker } from "../shared/kafka";
import type { Logger } from "../shared/logger";
import { AppError } from "../shared/run-app";
import { showDuration } from "../shared/text";
import { type Waiting, waitUntilDone } from "../shared/waiting";

/** What every part of topic-init works with. */
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
 * Repeats a request to the brokers until it succeeds: brokers may come and go meanwhile.
 * @param failure what could not be done, for the log and the error
 * @throws AppError with the latest reason when it fails for too long, or when the brokers are too old
 */
export async function retryUntilDone<Result>(
  { waiting, logger }: Pick<TopicInitContext, "waiting" | "logger">,
  failure: string,
  request: () => Promise<Result>,
): Promise<Result> {
  let reason = "";
  return waitUntilDone<Result>(
    waiting,
    async () => {
      try {
        return { kind: "done", result: await request() };
      } catch (error) {
        reason = retryReason(error, failure);
        logger.debug(`${failure}: ${reason}`);
        return { kind: "waiting" };
      }
    },
    () => `${failure} within ${showDuration(waiting.timeoutMs)} (${reason}); look at the logs of the brokers`,
  );
}

/**
 * The reason of a failed request that may succeed when it is repeated.
 * @throws AppError if the brokers are too old for the request; and any error that does not come from Kafka, unchanged
 */
export function retryReason(error: unknown, failure: string): string {
  if (error instanceof TooOldBroker) throw new AppError(`${failure}: ${error.message}`);
  if (!isFromKafka(error)) throw error;
  return kafkaReason(error);
}
