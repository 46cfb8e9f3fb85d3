import type { Logger } from "../../logger";
import { errorTypeOf } from "../requests/refusal";
import type { ListedOffset } from "../requests/list-offsets";
import type { FollowOptions } from "./options";
import type { FollowedPartition } from "./partition";
import type { FollowRequests } from "./requests";

interface BoundsReading {
  readonly requests: Pick<FollowRequests, "listOffsets">;
  readonly options: FollowOptions;
  readonly logger: Logger;
  readonly onLeaderLost: () => void;
}

/**
 * Asks a broker what those of its partitions hold that have not begun, or whose next offset is not there, and lets them begin or go on.
 * Those that it does not tell of are without a leader then.
 *
 * @throws what kafkajs throws
 */
export async function findBounds(
  broker: number,
  own: readonly FollowedPartition[],
  { requests, options, logger, onLeaderLost }: BoundsReading,
): Promise<void> {
  const asked = own.filter(({ hasBegun, isOutOfRange }) => !hasBegun || isOutOfRange);
  if (asked.length === 0) return;
  const places = asked.map(({ topic, partition }) => ({ topic, partition }));
  const [earliest, latest] = await Promise.all([
    requests.listOffsets(broker, "earliest", places).then(byPlace),
    requests.listOffsets(broker, "latest", places).then(byPlace),
  ]);
  for (const partition of asked) {
    // While brokers answered it may have changed hands.
    if (partition.leader !== broker || partition.isDone) continue;
    const [first, last] = [earliest.get(placeOf(partition)), latest.get(placeOf(partition))];
    const errorCode = first?.errorCode || last?.errorCode || 0;
    const isFound = first !== undefined && last !== undefined && errorCode === 0;
    const isUsed = isFound && settle(partition, { earliest: first.offset, latest: last.offset }, options);
    if (isUsed) continue;
    logger.debug(
      `broker ${broker} has no bounds of topic "${partition.topic}", partition ${partition.partition}: ${errorTypeOf(errorCode)}`,
    );
    partition.leader = -1;
    onLeaderLost();
  }
}

/** @returns whether the bounds say where to go on: an offset between them that is not there will soon be */
function settle(
  partition: FollowedPartition,
  bounds: { readonly earliest: number; readonly latest: number },
  options: FollowOptions,
): boolean {
  if (!partition.hasBegun) {
    partition.begin(bounds, options);
    return true;
  }
  partition.isOutOfRange = false;
  partition.learn(bounds);
  const { topic, partition: number, next, end } = partition;
  if (next < bounds.earliest) {
    const to = Math.min(bounds.earliest, end);
    partition.moveTo(to);
    options.onSkipped?.(topic, number, next, to, "they were removed from the topic before they were read");
    return true;
  }
  if (next <= bounds.latest) return false;
  if (options.end !== undefined) partition.isRetired = true;
  else partition.moveTo(bounds.earliest);
  options.onReset?.(topic, number);
  return true;
}

function byPlace(listed: readonly ListedOffset[]): Map<string, ListedOffset> {
  return new Map(listed.map((offset) => [placeOf(offset), offset]));
}

function placeOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`;
}
