import { type ClusterView, connectionProblem, kafkaReason } from "../../../shared/kafka";
import type { Verdict } from "./node-watch";

type View = Pick<ClusterView, "describe" | "greet">;

/** A broker does well if it answers, and is one of those that it knows to be in the cluster. */
export function lookAtBroker(view: View, id: number): () => Promise<Verdict> {
  return orUnreachable(async () => {
    const { brokers } = await view.describe(id, []);
    if (brokers.some(({ nodeId }) => nodeId === id)) return { condition: "healthy" };
    return { condition: "sick", reason: "it answers, but is not in the cluster (yet)" };
  });
}

/** A controller does well if it answers. */
export function lookAtController(view: View, nodeId: number): () => Promise<Verdict> {
  return orUnreachable(async () => {
    await view.greet(nodeId);
    return { condition: "healthy" };
  });
}

function orUnreachable(look: () => Promise<Verdict>): () => Promise<Verdict> {
  return async () => {
    try {
      return await look();
    } catch (error) {
      return { condition: "unreachable", reason: connectionProblem(kafkaReason(error)) };
    }
  };
}
