import type { Voter } from "../../../contract/environment/topic-init";
import { type QuorumDescription, TooOldBroker, kafkaReason, protocolErrorOf } from "../../shared/kafka";
import { AppError } from "../../shared/run-app";
import { showDuration } from "../../shared/text";
import { type Look, until } from "../../shared/waiting";
import { passingReason, type TopicInitContext } from "../context";
import { nextQuorumStep, type QuorumStep, type SurplusVoters } from "./plan-quorum";

/**
 * Makes the planned nodes voters of a KRaft cluster's quorum, one change after the other, and the only ones where no other is kept.
 * @throws AppError when the brokers cannot do that, or nothing gets any further.
 */
export async function reconcileQuorum(
  context: TopicInitContext,
  planned: readonly Voter[],
  surplus: SurplusVoters,
): Promise<void> {
  const { waiting, logger } = context;
  let reason = "";
  await until(
    waiting,
    async (): Promise<Look<undefined>> => {
      try {
        const quorum = await context.quorum.describe();
        const step = nextQuorumStep(planned, quorum, surplus);
        if (step.kind === "done") {
          if (surplus === "removed") logger.info(showQuorum(quorum));
          return { kind: "done", result: undefined };
        }
        if (step.kind === "wait") reason = `node ${step.nodeId} does not follow the quorum`;
        else await take(context, step);
        return { kind: "waiting", progress: voterKeys(quorum) };
      } catch (error) {
        reason = failUnlessPassing(error);
        logger.debug(`quorum: ${reason}`);
        return { kind: "waiting" };
      }
    },
    () => {
      const ids = planned.map(({ nodeId }) => nodeId).join(", ");
      return (
        `quorum: nodes ${ids} are not its voters after ${showDuration(waiting.timeoutMs)} without progress (${reason}); ` +
        `look at the logs of these nodes`
      );
    },
  );
}

async function take(
  { quorum, logger }: TopicInitContext,
  step: Exclude<QuorumStep, { readonly kind: "done" | "wait" }>,
): Promise<void> {
  const { nodeId } = step.voter;
  if (step.kind === "add") {
    await quorum.addVoter(step.voter);
    logger.info(`quorum: node ${nodeId} votes from now on`);
  } else {
    await quorum.removeVoter(step.voter);
    const why = step.because === "replaced" ? "it has lost its log and begins anew" : "it is not planned to";
    logger.info(`quorum: node ${nodeId} does not vote any more, ${why}`);
  }
}

/** The reason of a failure that may pass. @throws AppError for one that will not. */
function failUnlessPassing(error: unknown): string {
  if (error instanceof TooOldBroker) {
    throw new AppError(`quorum: ${error.message} to change which nodes vote`);
  }
  if (protocolErrorOf(error) === "UNSUPPORTED_VERSION") {
    throw new AppError(
      `quorum: this cluster cannot change which nodes vote (${kafkaReason(error)}); it was made with a fixed list of voters ` +
        `(controller.quorum.voters) or by Kafka before 3.9: make it anew`,
    );
  }
  return passingReason(error, "quorum");
}

function showQuorum({ voters }: QuorumDescription): string {
  const ids = voters.map(({ nodeId }) => nodeId).sort((one, other) => one - other);
  return ids.length === 1 ? `quorum: node ${ids[0]} votes` : `quorum: nodes ${ids.join(", ")} vote`;
}

function voterKeys({ voters }: QuorumDescription): string {
  return voters
    .map(({ nodeId, directoryId }) => `${nodeId}@${directoryId}`)
    .sort()
    .join();
}
