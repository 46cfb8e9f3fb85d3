import type { Voter } from "../../../contract/environment/topic-init";
import type { QuorumDescription, QuorumListener, QuorumReplica, RaftVoter } from "../../shared/kafka";

/** The next change towards the planned metadata quorum. Kafka makes one change at a time. */
export type QuorumStep =
  | { readonly kind: "done" }
  /** A planned voter does not follow the quorum yet, or its log directory has no id. */
  | { readonly kind: "wait"; readonly nodeId: number }
  | { readonly kind: "add"; readonly voter: RaftVoter & { readonly listeners: readonly QuorumListener[] } }
  | { readonly kind: "remove"; readonly voter: RaftVoter; readonly because: "replaced" | "not planned" };

/** Whether voters that are not planned are kept or removed. They are removed only once nothing else needs their nodes. */
export type SurplusVoters = "kept" | "removed";

/** The name of a controller listener if the quorum does not report it. */
const usualListenerName = "CONTROLLER";

/**
 * Plans the next change. First it removes voters whose node has lost its volume, because a node has one vote. Then it adds missing
 * voters. Then it removes voters that are not planned, if it may, the leader last, because each change of the leader causes a short pause.
 */
export function nextQuorumStep(
  planned: readonly Voter[],
  quorum: QuorumDescription,
  surplusVoters: SurplusVoters,
): QuorumStep {
  const replaced = quorum.voters.find((voter) => isReplaced(voter, quorum));
  if (replaced !== undefined) return { kind: "remove", voter: replaced, because: "replaced" };

  const missing = planned.find(({ nodeId }) => quorum.voters.every((voter) => voter.nodeId !== nodeId));
  if (missing !== undefined) return additionOf(missing, quorum);

  if (surplusVoters === "kept") return { kind: "done" };
  const surplus = quorum.voters
    .filter(({ nodeId }) => planned.every((voter) => voter.nodeId !== nodeId))
    .sort((one, other) => Number(isLeader(one, quorum)) - Number(isLeader(other, quorum)));
  const [first] = surplus;
  return first === undefined ? { kind: "done" } : { kind: "remove", voter: first, because: "not planned" };
}

function additionOf({ nodeId, host, port }: Voter, quorum: QuorumDescription): QuorumStep {
  // A node that came back with a new directory is listed as an observer twice, until the quorum forgets the former directory.
  const [observer] = quorum.observers
    .filter((each) => each.nodeId === nodeId)
    .sort((one, other) => other.lastFetchMs - one.lastFetchMs);
  if (observer?.directoryId === undefined) return { kind: "wait", nodeId };
  const name = quorum.listeners.get(quorum.leaderId)?.[0]?.name ?? usualListenerName;
  const { directoryId } = observer;
  return { kind: "add", voter: { nodeId, directoryId, listeners: [{ name, host, port }] } };
}

/** Whether the voter's node follows with another directory now: the directory that has the vote is lost. */
function isReplaced(voter: QuorumReplica, quorum: QuorumDescription): boolean {
  return (
    !isLeader(voter, quorum) &&
    quorum.observers.some(
      ({ nodeId, directoryId, lastFetchMs }) =>
        nodeId === voter.nodeId && directoryId !== voter.directoryId && lastFetchMs > voter.lastFetchMs,
    )
  );
}

function isLeader({ nodeId }: QuorumReplica, { leaderId }: QuorumDescription): boolean {
  return nodeId === leaderId;
}
