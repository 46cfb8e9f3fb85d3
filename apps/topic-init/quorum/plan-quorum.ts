import type { Voter } from "../../../contract/environment/topic-init";
import type { QuorumDescription, QuorumListener, QuorumReplica, RaftVoter } from "../../shared/kafka";

/** The next change on the way to the planned quorum, of which Kafka makes one at a time. */
export type QuorumStep =
  | { readonly kind: "done" }
  /** A node that is to vote does not follow the quorum yet, or runs a log that has no identity. */
  | { readonly kind: "wait"; readonly nodeId: number }
  | { readonly kind: "add"; readonly voter: RaftVoter & { readonly listeners: readonly QuorumListener[] } }
  | { readonly kind: "remove"; readonly voter: RaftVoter; readonly because: "replaced" | "not planned" };

/** What becomes of voters that are not planned: they go only once nothing else needs their nodes. */
export type SurplusVoters = "kept" | "removed";

/** What a controller listener is called where the quorum does not say. */
const usualListenerName = "CONTROLLER";

/**
 * Plans the next change: votes of nodes that have lost their volume are taken first, because a node has one vote; then missing voters
 * are added; then those that are not planned go, if they may, the leader last, because each change of leader is a short pause.
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
  // A node that came back with another directory is an observer twice, until its former life is forgotten.
  const [observer] = quorum.observers
    .filter((each) => each.nodeId === nodeId)
    .sort((one, other) => other.lastFetchMs - one.lastFetchMs);
  if (observer?.directoryId === undefined) return { kind: "wait", nodeId };
  const name = quorum.listeners.get(quorum.leaderId)?.[0]?.name ?? usualListenerName;
  const { directoryId } = observer;
  return { kind: "add", voter: { nodeId, directoryId, listeners: [{ name, host, port }] } };
}

/** Whether the voter's node follows with another directory now: the one that has the vote is lost. */
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
