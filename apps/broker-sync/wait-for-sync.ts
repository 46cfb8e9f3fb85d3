import {
  type ClusterAdmin,
  type ClusterDescription,
  isFromKafka,
  kafkaReason,
  TooOldBroker,
} from "../shared/kafka";
import type { Logger } from "../shared/logger";
import { AppError } from "../shared/run-app";
import { counted, showDuration } from "../shared/text";
import { type Look, until, type Waiting } from "../shared/waiting";
import { isInSync, showMissing, type SyncState, syncStateOf } from "./sync";

type ObservedCluster = Pick<ClusterAdmin, "describe" | "describeBy">;

/** The broker that is waited for, and how many there are to be. */
export interface AwaitedBroker {
  readonly id: number;
  readonly brokers: number;
}

const showEveryMs = 2000;

/** A request that failed, and may not when it is repeated. */
class Unanswered extends Error {}

/**
 * Waits until a broker is registered and no partition of the cluster lacks an in-sync replica on a planned broker, so that another
 * broker may go.
 * @throws AppError with what is missing when nothing gets any further.
 */
export async function waitForSync(
  { id, brokers }: AwaitedBroker,
  cluster: ObservedCluster,
  waiting: Waiting,
  logger: Logger,
): Promise<void> {
  let missing = "";
  let shownMs = -Infinity;
  const look = async (): Promise<SyncState | undefined> => {
    try {
      const found = syncStateOf(id, brokers, await viewsOf(cluster, id));
      missing = showMissing(id, found);
      return found;
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      missing = error.message;
      return undefined;
    }
  };
  let fewestBehind = Infinity;
  const state = await until(
    waiting,
    async (): Promise<Look<SyncState>> => {
      const found = await look();
      if (found !== undefined && isInSync(found)) return { kind: "done", result: found };
      if (performance.now() - shownMs >= showEveryMs) {
        shownMs = performance.now();
        logger.info(`waiting: ${missing}`);
      }
      if (found?.registered !== true) return { kind: "waiting" };
      fewestBehind = Math.min(fewestBehind, found.behind.length);
      return { kind: "waiting", progress: String(fewestBehind) };
    },
    () =>
      `broker ${id} is not back in sync after ${showDuration(waiting.timeoutMs)} without progress: ${missing}; ` +
      `look at the logs of the brokers`,
  );
  logger.info(`broker ${id} is back and in sync: ${counted(state.kept, "partition")}`);
}

/**
 * What the broker itself says, and what another does: a broker that has just started may know little yet, and one that has heard
 * nothing of the change may still take the former life of the broker for this one.
 * @throws Unanswered that names who does not answer.
 */
async function viewsOf(cluster: ObservedCluster, id: number): Promise<ClusterDescription[]> {
  const any = await answered("no broker answers", () => cluster.describe());
  if (any.brokers.every(({ nodeId }) => nodeId !== id)) return [any];
  const other = any.brokers.find(({ nodeId }) => nodeId !== id);
  const views: ClusterDescription[] = [];
  // One after the other: the failure of one breaks what another is asked meanwhile.
  for (const asked of [id, ...(other === undefined ? [] : [other.nodeId])]) {
    views.push(await answered(`broker ${asked} does not answer`, () => cluster.describeBy(asked)));
  }
  return views;
}

async function answered(
  failure: string,
  ask: () => Promise<ClusterDescription>,
): Promise<ClusterDescription> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof TooOldBroker) throw new AppError(error.message);
    if (!isFromKafka(error)) throw error;
    throw new Unanswered(`${failure} (${kafkaReason(error)})`);
  }
}
