import type { Voter } from "../../../contract/environment/topic-init";
import { type QuorumDescription, TooOldBroker, kafkaReason, protocolErrorOf } from "../../shared/kafka";
import { AppError } from "../../shared/run-app";
import { showDuration } from "../../shared/text";
import { type WaitStep, waitUntilDone } from "../../shared/waiting";
import { retryReason, type TopicInitContext } from "../context";
import { nextQuorumStep, type QuorumStep, type SurplusVoters } from "./plan-quorum";

/**
 * Makes the planned nodes voters of the metadata quorum of a KRaft cluster, one change after the other.
 * @param surplus whether other voters are kept or removed
 * @throws AppError if the brokers cannot change the quorum, or there is no progress for too long
 */
export async function reconcileQuorum(
  context: TopicInitContext,
  planned: readonly Voter[],
  surplus: SurplusVoters,
): Promise<void> {
  const { waiting, logger } = context;
  let reason = "";
  await waitUntilDone(
    waiting,
    async (): Promise<WaitStep<undefined>> => {
      try {
        const quorum = await context.quorum.describe();
        const step = nextQuorumStep(planned, quorum, surplus);
        if (step.kind === "done") {
          if (surplus === "removed") logger.info(showQuorum(quorum));
          return { kind: "done", result: undefined };
        }
        if (step.kind === "wait") reason = `node ${step.nodeId} does not follow the quorum`;
        else await makeChange(context, step);
        return { kind: "waiting", progress: voterKeys(quorum) };
      } catch (error) {
        reason = quorumRetryReason(error);
        logger.debug(`metadata quorum: ${reason}`);
        return { kind: "waiting" };
      }
    },
    () => {
      const ids = planned.map(({ nodeId }) => nodeId).join(", ");
      return (
        `metadata quorum: nodes ${ids} are not its voters after ${showDuration(waiting.timeoutMs)} without progress (${reason}); ` +
        `look at the logs of these nodes`
      );
    },
  );
}

async function makeChange(
  { quorum, logger }: TopicInitContext,
  step: Exclude<QuorumStep, { readonly kind: "done" | "wait" }>,
): Promise<void> {
  const { nodeId } = step.voter;
  if (step.kind === "add") {
    await quorum.addVoter(step.voter);
    logger.info(`metadata quorum: node ${nodeId} votes from now on`);
  } else {
    await quorum.removeVoter(step.voter);
    const why = step.because === "replaced" ? "its log was lost" : "it is not a planned voter";
    logger.info(`metadata quorum: node ${nodeId} no longer votes: ${why}`);
  }
}

/** The reason of a failed request that may succeed when it is repeated. @throws AppError if no repetition can succeed */
function quorumRetryReason(error: unknown): string {
  if (error instanceof TooOldBroker) {
    throw new AppError(`metadata quorum: ${error.message} to change which nodes vote`);
  }
  if (protocolErrorOf(error) === "UNSUPPORTED_VERSION") {
    throw new AppError(
      `metadata quorum: this cluster cannot change which nodes vote (${kafkaReason(error)}); it was created with a fixed list ` +
        `of voters (controller.quorum.voters) or by Kafka before 3.9: create it again`,
    );
  }
  return retryReason(error, "metadata quorum");
}

function showQuorum({ voters }: QuorumDescription): string {
  const ids = voters.map(({ nodeId }) => nodeId).sort((one, other) => one - other);
  return ids.length === 1
    ? `metadata quorum: node ${ids[0]} votes`
    : `metadata quorum: nodes ${ids.join(", ")} vote`;
}

function voterKeys({ voters }: QuorumDescription): string {
  return voters
    .map(({ nodeId, directoryId }) => `${nodeId}@${directoryId}`)
    .sort()
    .join();
}
