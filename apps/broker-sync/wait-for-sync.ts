import {
  type ClusterAdmin,
  type ClusterDescription,
  isFromKafka,
  isThere,
  kafkaReason,
  TooOldBroker,
} from "../shared/kafka";
import type { Logger } from "../shared/logger";
import { AppError } from "../shared/run-app";
import { counted, showDuration } from "../shared/text";
import { type Waiting, type WaitStep, waitUntilDone } from "../shared/waiting";

type ObservedCluster = Pick<ClusterAdmin, "describe" | "describeBy">;

/** The broker to wait for. */
export interface AwaitedBroker {
  readonly id: number;
  /** How many brokers are planned, with ids from 1 on. */
  readonly brokers: number;
}

const logEveryMs = 2000;

/** A request that failed, and may succeed when it is repeated. */
class Unanswered extends Error {}

/**
 * Waits until a broker is registered and all replicas of the cluster on planned brokers are in sync, so that the next broker may stop.
 * @throws AppError with what is missing if there is no progress for too long
 */
export async function waitForSync(
  { id, brokers }: AwaitedBroker,
  cluster: ObservedCluster,
  waiting: Waiting,
  logger: Logger,
): Promise<void> {
  let missing = "";
  let shownMs = -Infinity;
  const readState = async (): Promise<SyncState | undefined> => {
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
  const state = await waitUntilDone(
    waiting,
    async (): Promise<WaitStep<SyncState>> => {
      const found = await readState();
      if (found !== undefined && isInSync(found)) return { kind: "done", result: found };
      if (performance.now() - shownMs >= logEveryMs) {
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
 * Asks the broker itself and another one for the state of the cluster. A broker that has just started may know little yet, and another
 * that has not noticed the restart may still describe the broker as it was before.
 * @throws Unanswered that names the broker which does not answer
 */
async function viewsOf(cluster: ObservedCluster, id: number): Promise<ClusterDescription[]> {
  const any = await answered("no broker answers", () => cluster.describe());
  if (any.brokers.every(({ nodeId }) => nodeId !== id)) return [any];
  const other = any.brokers.find(({ nodeId }) => nodeId !== id);
  const views: ClusterDescription[] = [];
  // One after the other: a failed request would break another one at the same time.
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

/** How far a broker has returned to its cluster. */
export interface SyncState {
  readonly registered: boolean;
  /** Partitions with a replica on the broker. */
  readonly kept: number;
  /** Partitions of the whole cluster with a replica on a planned broker that is not in sync, as `topic/partition`. */
  readonly behind: readonly string[];
}

/**
 * Combines the views that brokers have of the cluster: a partition is behind if any of them says so.
 * @param brokers how many brokers are planned, with ids from 1 on. Replicas on others are about to go, so nobody waits for them
 */
export function syncStateOf(id: number, brokers: number, views: readonly ClusterDescription[]): SyncState {
  const kept = new Set<string>();
  const behind = new Set<string>();
  for (const { topics } of views) {
    for (const { name, partitions } of topics.filter(isThere)) {
      for (const { partition, replicas, inSyncReplicas } of partitions) {
        if (replicas.includes(id)) kept.add(`${name}/${partition}`);
        const lagging = replicas.filter((broker) => !inSyncReplicas.includes(broker));
        if (lagging.some((broker) => broker <= brokers)) behind.add(`${name}/${partition}`);
      }
    }
  }
  return {
    registered: views.length > 0 && views.every((view) => view.brokers.some(({ nodeId }) => nodeId === id)),
    kept: kept.size,
    behind: [...behind].sort(),
  };
}

export function isInSync({ registered, behind }: SyncState): boolean {
  return registered && behind.length === 0;
}

const maxShownCount = 5;

/** Shows what is missing: `3 partitions are not in sync: device-1/0, device-1/1, device-2/0`. */
export function showMissing(id: number, { registered, behind }: SyncState): string {
  if (!registered) return `broker ${id} is not registered`;
  const shown = behind.slice(0, maxShownCount).join(", ");
  const more = behind.length > maxShownCount ? `, … (${behind.length - maxShownCount} more)` : "";
  return `${counted(behind.length, "partition")} ${behind.length === 1 ? "is" : "are"} not in sync: ${shown}${more}`;
}
