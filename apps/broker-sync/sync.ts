import { type ClusterDescription, isThere } from "../shared/kafka";
import { counted } from "../shared/text";

/** How far a broker is on its way back into its cluster. */
export interface SyncState {
  readonly registered: boolean;
  /** Partitions that the broker keeps. */
  readonly kept: number;
  /** Partitions of the whole cluster of which a copy on a planned broker is not in sync, as `topic/partition`. */
  readonly behind: readonly string[];
}

/**
 * Reads how far a broker is from what brokers say of the cluster: behind is what any of them says is.
 * @param brokers how many there are to be, with ids from 1 on; copies on others are about to go, and nobody waits for them
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

/** Says what is missing: `3 partitions are not in sync: device-1/0, device-1/1, device-2/0`. */
export function showMissing(id: number, { registered, behind }: SyncState): string {
  if (!registered) return `broker ${id} is not registered`;
  const shown = behind.slice(0, maxShownCount).join(", ");
  const more = behind.length > maxShownCount ? `, … (${behind.length - maxShownCount} more)` : "";
  return `${counted(behind.length, "partition")} ${behind.length === 1 ? "is" : "are"} not in sync: ${shown}${more}`;
}
