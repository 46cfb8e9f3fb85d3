import type { ClusterDescription, PlacedPartition } from "../../shared/kafka";
import { counted, showDuration } from "../../shared/text";
import { type Look, until } from "../../shared/waiting";
import { retryUntilDone, type TopicInitContext } from "../context";
import { MoveProgress } from "./move-progress";
import { isSameList, type Move, movesLeft, showLost, showStuck } from "./moves";
import { keyOf, type PartitionPlacement } from "./plan-replicas";

/** Partitions that are copied at the same time: more would only compete with each other, and with the producers. */
const copiedAtOnce = 50;
/** Partitions of one request that only change their order or lose replicas, which takes no time. */
const reorderedAtOnce = 500;
const measureEveryMs = 3000;
const logEveryMs = 2000;

/**
 * Moves partitions to where they are to lie, and waits until all of them are there and in sync. What an earlier run has begun goes on,
 * or gives way where it leads elsewhere.
 * @throws AppError that names partition, brokers and remedy when nothing gets any further.
 */
export async function moveReplicas(
  context: TopicInitContext,
  wanted: readonly PartitionPlacement[],
): Promise<void> {
  const { cluster, logger, waiting } = context;
  const first = await lookAt(context, wanted);
  if (first.length === 0) return;
  await waitForLeaders(context, wanted);
  const moving = new Moving(context, await underWay(context));
  const shown = counted(first.length, "partition");
  logger.info(`moving ${shown}: to other brokers, to more or fewer, or to another preferred leader`);
  let left: readonly Move[] = first;
  await until(
    waiting,
    async (): Promise<Look<undefined>> => {
      left = movesLeft(wanted, await retryUntilDone(context, unreadable, () => cluster.describe()));
      moving.showProgress(first, left);
      if (left.length === 0) return { kind: "done", result: undefined };
      await moving.begin(left);
      return { kind: "waiting", progress: await moving.progress(left) };
    },
    () => {
      const heading = `The replicas are not where they are planned after ${showDuration(waiting.timeoutMs)} without progress:`;
      return `${heading}\n${showStuck(left, moving.refusals)}`;
    },
  );
}

const unreadable = "the topics could not be read";

async function lookAt(context: TopicInitContext, wanted: readonly PartitionPlacement[]): Promise<Move[]> {
  return movesLeft(wanted, await retryUntilDone(context, unreadable, () => context.cluster.describe()));
}

function underWay(context: TopicInitContext): Promise<PlacedPartition[]> {
  return retryUntilDone(context, "the moves under way could not be read", () =>
    context.cluster.reassignments(),
  );
}

/** Waits until every partition that is to be moved has a leader to copy it from. */
async function waitForLeaders(
  context: TopicInitContext,
  wanted: readonly PartitionPlacement[],
): Promise<void> {
  let lost: readonly Move[] = [];
  await until(
    context.waiting,
    async (): Promise<Look<undefined>> => {
      lost = (await lookAt(context, wanted)).filter(({ found }) => found.leader < 0);
      return lost.length === 0
        ? { kind: "done", result: undefined }
        : { kind: "waiting", progress: String(lost.length) };
    },
    () => showLost(lost),
  );
}

/** Moves under way, and how far they are. */
class Moving {
  /** Why brokers refused to begin a move, by partition. */
  readonly refusals = new Map<string, string>();
  private readonly begun: Map<string, readonly number[]>;
  private readonly reached: MoveProgress;
  private measuredMs = performance.now();
  private shownMs = -Infinity;
  private shownDone = 0;

  constructor(
    private readonly context: TopicInitContext,
    earlier: readonly PlacedPartition[],
  ) {
    this.begun = new Map(earlier.map((each) => [keyOf(each), each.replicas]));
    this.reached = new MoveProgress(context.cluster);
  }

  /** Begins as many of the moves as may be under way. */
  async begin(left: readonly Move[]): Promise<void> {
    const isBegun = ({ wanted }: Move) => isSameList(this.begun.get(keyOf(wanted)) ?? [], wanted.replicas);
    // A replica that only lags behind needs no move.
    const waiting = left.filter(
      (move) => !isBegun(move) && !isSameList(move.found.replicas, move.wanted.replicas),
    );
    const copying = left.filter((move) => isBegun(move) && move.copying.length > 0).length;
    const next = [
      ...waiting.filter((move) => move.copying.length > 0).slice(0, Math.max(0, copiedAtOnce - copying)),
      ...waiting.filter((move) => move.copying.length === 0).slice(0, reorderedAtOnce),
    ].map(({ wanted }) => wanted);
    if (next.length === 0) return;
    const refused = await retryUntilDone(this.context, "moves could not be begun", () =>
      this.context.cluster.reassign(next),
    );
    for (const each of next) {
      this.begun.set(keyOf(each), each.replicas);
      this.refusals.delete(keyOf(each));
    }
    for (const each of refused) {
      this.begun.delete(keyOf(each));
      this.refusals.set(keyOf(each), each.reason);
    }
  }

  /** Another text whenever something has got further; bytes too, as one partition may take longer than any time-out. */
  async progress(left: readonly Move[]): Promise<string> {
    if (performance.now() - this.measuredMs >= measureEveryMs) {
      this.measuredMs = performance.now();
      await this.reached.measure(left);
      // Somebody may have called a move off; what is still under way is known to the controller alone.
      this.begun.clear();
      for (const each of await underWay(this.context)) this.begun.set(keyOf(each), each.replicas);
    }
    this.reached.note(left);
    return String(this.reached);
  }

  /** Counts what was to be moved at first: what has left its place since is no part of that. */
  showProgress(first: readonly Move[], left: readonly Move[]): void {
    const all = first.length;
    const notDone = new Set(left.map(({ wanted }) => keyOf(wanted)));
    const done = first.filter(({ wanted }) => !notDone.has(keyOf(wanted))).length;
    const now = performance.now();
    if (done === this.shownDone || (done < all && now - this.shownMs < logEveryMs)) return;
    this.shownMs = now;
    this.shownDone = done;
    this.context.logger.info(`moved ${done} of ${counted(all, "partition")}`);
  }
}

/** Partitions that another of their replicas leads than the first, though the first is in sync. */
export function notOnPreferredLeader(
  wanted: readonly PartitionPlacement[],
  cluster: ClusterDescription,
): { readonly topic: string; readonly partition: number }[] {
  const placed = new Set(wanted.map(keyOf));
  return cluster.topics.flatMap(({ name: topic, partitions }) =>
    partitions
      .filter(({ leader, replicas: [preferred = -1], inSyncReplicas }) => {
        return leader !== preferred && inSyncReplicas.includes(preferred);
      })
      .map(({ partition }) => ({ topic, partition }))
      .filter((each) => placed.has(keyOf(each))),
  );
}
