import { type ClusterAdmin, type ClusterDescription, kafkaReason, TooOldBroker } from "../shared/kafka";
import type { Logger } from "../shared/logger";
import { AppError } from "../shared/run-app";
import { counted, showDuration } from "../shared/text";
import { type Look, until, type Waiting } from "../shared/waiting";
import { isInSync, showMissing, type SyncState, syncStateOf } from "./sync";

type ObservedCluster = Pick<ClusterAdmin, "describe" | "describeBy">;

const showEveryMs = 2000;

/**
 * Waits until a broker is registered and no partition of the cluster lacks an in-sync replica, so that another broker may go.
 * @throws AppError with what is missing when it takes too long.
 */
export async function waitForSync(
  id: number,
  cluster: ObservedCluster,
  waiting: Waiting,
  logger: Logger,
): Promise<void> {
  let missing = "";
  let shownMs = -Infinity;
  const deadlineMs = performance.now() + waiting.timeoutMs;
  const state = await until(
    waiting,
    async (): Promise<Look<SyncState>> => {
      try {
        const found = syncStateOf(id, await viewsOf(cluster, id));
        if (isInSync(found)) return { kind: "done", result: found };
        missing = showMissing(id, found);
      } catch (error) {
        if (error instanceof TooOldBroker) throw new AppError(error.message);
        missing = `broker ${id} does not answer (${kafkaReason(error)})`;
      }
      if (performance.now() - shownMs >= showEveryMs && performance.now() < deadlineMs) {
        shownMs = performance.now();
        logger.info(`waiting: ${missing}`);
      }
      return { kind: "waiting" };
    },
    () =>
      `broker ${id} is not back in sync after ${showDuration(waiting.timeoutMs)}: ${missing}; ` +
      `look at the logs of the brokers`,
  );
  logger.info(`broker ${id} is back and in sync: ${counted(state.kept, "partition")}`);
}

/**
 * What the broker itself says, and what another does: a broker that has just started may know little yet, and one that has heard
 * nothing of the change may still take the former life of the broker for this one.
 */
async function viewsOf(cluster: ObservedCluster, id: number): Promise<ClusterDescription[]> {
  const any = await cluster.describe();
  if (any.brokers.every(({ nodeId }) => nodeId !== id)) return [any];
  const other = any.brokers.find(({ nodeId }) => nodeId !== id);
  const asked = [id, ...(other === undefined ? [] : [other.nodeId])];
  return Promise.all(asked.map((nodeId) => cluster.describeBy(nodeId)));
}
