import {
  type ClusterDescription,
  isFromKafka,
  kafkaReason,
  type PlacedPartition,
  TooOldBroker,
} from "../../shared/kafka";
import { counted, showDuration } from "../../shared/text";
import { type WaitStep, waitUntilDone } from "../../shared/waiting";
import { retryUntilDone, type TopicInitContext } from "../context";
import type { PlannedTopic } from "../topics/plan-topics";
import { byTopic, isSameList, type Move, MoveProgress, movesLeft, showLost, showStuck } from "./moves";
import { keyOf, type PartitionPlacement } from "./plan-replicas";

/** Partitions that are copied at the same time. More would only compete with each other and with the producers. */
const copiedAtOnce = 50;
/** Partitions of one request whose replicas only change their order or are removed, which takes no time. */
const reorderedAtOnce = 500;
const measureEveryMs = 3000;
const logEveryMs = 2000;

/**
 * Moves the replicas of partitions to their planned brokers, and waits until all of them are in sync. Moves that an earlier run has begun
 * continue, or are replaced if they lead elsewhere.
 * @throws AppError that names partition, brokers and remedy if there is no progress for too long
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
  logger.info(`moving ${shown}: to other brokers, to more or fewer brokers, or to another preferred leader`);
  let left: readonly Move[] = first;
  await waitUntilDone(
    waiting,
    async (): Promise<WaitStep<undefined>> => {
      left = movesLeft(wanted, await retryUntilDone(context, unreadable, () => cluster.describe()));
      moving.showProgress(first, left);
      if (left.length === 0) return { kind: "done", result: undefined };
      await moving.begin(left);
      return { kind: "waiting", progress: await moving.progress(left) };
    },
    () => {
      const heading = `The replicas are not on their planned brokers after ${showDuration(waiting.timeoutMs)} without progress:`;
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

/** Waits until every partition to be moved has a leader to copy it from. */
async function waitForLeaders(
  context: TopicInitContext,
  wanted: readonly PartitionPlacement[],
): Promise<void> {
  let lost: readonly Move[] = [];
  await waitUntilDone(
    context.waiting,
    async (): Promise<WaitStep<undefined>> => {
      lost = (await lookAt(context, wanted)).filter(({ found }) => found.leader < 0);
      return lost.length === 0
        ? { kind: "done", result: undefined }
        : { kind: "waiting", progress: String(lost.length) };
    },
    () => showLost(lost),
  );
}

/** The moves in progress. */
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

  /** Begins as many moves as may be in progress at the same time. */
  async begin(left: readonly Move[]): Promise<void> {
    const isBegun = ({ wanted }: Move) => isSameList(this.begun.get(keyOf(wanted)) ?? [], wanted.replicas);
    // A partition whose replica only lags behind needs no move.
    const waiting = left.filter(
      (move) => !isBegun(move) && !isSameList(move.found.replicas, move.wanted.replicas),
    );
    const copying = left.filter((move) => isBegun(move) && move.copying.length > 0).length;
    const next = [
      ...waiting.filter((move) => move.copying.length > 0).slice(0, Math.max(0, copiedAtOnce - copying)),
      ...waiting.filter((move) => move.copying.length === 0).slice(0, reorderedAtOnce),
    ].map(({ wanted }) => wanted);
    if (next.length === 0) return;
    const refused = await retryUntilDone(this.context, "moves could not be started", () =>
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

  /** A new text whenever there is progress. Bytes count too, as a single partition may take longer than the time-out. */
  async progress(left: readonly Move[]): Promise<string> {
    if (performance.now() - this.measuredMs >= measureEveryMs) {
      this.measuredMs = performance.now();
      await this.reached.measure(left);
      // Somebody may have cancelled a move. Only the controller knows which moves are still in progress.
      this.begun.clear();
      for (const each of await underWay(this.context)) this.begun.set(keyOf(each), each.replicas);
    }
    this.reached.note(left);
    return String(this.reached);
  }

  /** Logs how many of the first moves are done. Partitions that have fallen out of sync since do not count. */
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

/** Elects the first replica of each partition of planned topics as its leader, so that leaders are spread as planned. A failure is only logged. */
export async function electPreferredLeaders(
  { cluster, logger }: TopicInitContext,
  planned: readonly Pick<PlannedTopic, "name">[],
  placements: readonly PartitionPlacement[],
): Promise<void> {
  const names = new Set(planned.map(({ name }) => name));
  try {
    const partitions = notOnPreferredLeader(
      placements.filter(({ topic }) => names.has(topic)),
      await cluster.describe(),
    );
    if (partitions.length === 0) return;
    await cluster.electPreferredLeaders(byTopic(partitions));
    logger.info(`${counted(partitions.length, "partition")}: the planned broker leads again`);
  } catch (error) {
    if (!isFromKafka(error) && !(error instanceof TooOldBroker)) throw error;
    logger.warn(`leaders stay on their brokers for now (${kafkaReason(error)}): Kafka will move them itself`);
  }
}

/** Partitions whose leader is not their first replica, although that is in sync. */
function notOnPreferredLeader(
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
