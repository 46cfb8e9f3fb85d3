import { parseObservation } from "../../contract/messages/observation";
import { type KafkaClient, partitionOfKey, readBackwards, type BackwardRecord } from "../shared/kafka";
import { labelsOf } from "../shared/labels";
import type { Logger } from "../shared/logger";
import { counted } from "../shared/text";
import type { Fleet } from "./simulate/fleet";
import type { SensorStream } from "./simulate/sensor-stream";
import { hourMs, type Milliseconds } from "../../contract/values/fields";

/** When the history of devices begins, and how fast their time runs. */
export interface HistorySettings {
  /** How long before the first start the history begins; 0 for no history. */
  readonly backfillMs: Milliseconds;
  /** When the history begins, in milliseconds since 1970; instead of `backfillMs`. */
  readonly fromMs: number | undefined;
  /** How many times faster than the clock the devices' time runs. */
  readonly speed: number;
}

/** What earlier runs of a fleet have written. */
export interface Written {
  /** When the latest of its messages was due; undefined if there is none. */
  readonly latestMs: number | undefined;
  /** The time of the earliest observation that was found. If some sensor has none, all observations were looked at. */
  readonly earliestMs: number | undefined;
}

/**
 * A device that was killed soon after its first start no longer knows when that was. Sensors that had sent nothing by then begin with the
 * others, unless the others began earlier than this before what would now be the beginning.
 */
const sameStartWithinMs = hourMs;

const progressEvery = 1_000_000;

/** Whether devices resume after the messages of earlier runs. Otherwise they begin with the present. */
export function isResuming({ backfillMs, fromMs, speed }: HistorySettings): boolean {
  return backfillMs > 0 || fromMs !== undefined || speed > 1;
}

/**
 * Finds in the topic what earlier runs have written, so that no observation is sent twice and none is left out: after a kill, only the
 * topic knows. Reads the partitions backwards from their ends until the last message of every sensor is found, and notes it in the
 * sensor's stream.
 * @returns undefined if `signal` aborted first
 */
export async function findWritten(
  kafka: KafkaClient,
  topic: string,
  fleet: Fleet,
  streams: readonly SensorStream[],
  {
    signal,
    logger,
    partitionCount,
    onRead,
  }: {
    readonly signal: AbortSignal;
    readonly logger: Logger;
    /** How many partitions the topic has now. */
    readonly partitionCount: number;
    /** Called whenever more messages are read. */
    readonly onRead?: () => void;
  },
): Promise<Written | undefined> {
  const byKey = new Map(fleet.keys.map((key, sensor) => [exactText(Buffer.from(key)), streams[sensor]]));
  /** Streams whose last message is found. */
  const complete = new Set<SensorStream>();
  let earliestMs: number | undefined;
  let nextProgress = progressEvery;

  const onRecord = (record: BackwardRecord) => {
    const stream = record.key === null ? undefined : byKey.get(exactText(record.key));
    if (stream === undefined || record.key === null) return;
    const found = writtenIn(record);
    if (found === undefined) return;
    stream.noteWritten(found.observedAtMs, found.wasHeldBack);
    earliestMs = Math.min(earliestMs ?? Infinity, found.observedAtMs);
    // In another partition than that of its key now, the message may be from before the topic had more partitions.
    if (partitionOfKey(record.key, partitionCount) === record.partition) complete.add(stream);
  };

  const outcome = await readBackwards(kafka, topic, {
    onRecord,
    enough: () => complete.size === streams.length,
    signal,
    onProgress(read) {
      onRead?.();
      if (read < nextProgress) return;
      logger.info(`${counted(read, "message")} read to find where to resume`);
      nextProgress += progressEvery;
    },
    onRetry: (reason) => logger.debug("the topic cannot be read yet", { reason }),
  });
  if (outcome === "aborted") return undefined;
  const latest = streams.reduce(
    (latestMs, { writtenUpToMs }) => Math.max(latestMs, writtenUpToMs ?? -Infinity),
    -Infinity,
  );
  return { latestMs: Number.isFinite(latest) ? latest : undefined, earliestMs };
}

/**
 * Sets each stream to the position after what is written of it, or to the beginning of its history.
 * @returns the devices' time, in milliseconds since 1970: the clock's or, where their time runs faster, what they have reached already
 */
export function resumeStreams(
  streams: readonly SensorStream[],
  written: Written,
  nowMs: number,
  { backfillMs, fromMs, speed }: HistorySettings,
): number {
  const deviceNowMs = speed > 1 ? Math.max(nowMs, written.latestMs ?? nowMs) : nowMs;
  const beginMs = fromMs ?? deviceNowMs - backfillMs;
  const startMs =
    written.earliestMs === undefined
      ? beginMs
      : Math.max(written.earliestMs, fromMs ?? beginMs - sameStartWithinMs);
  for (const stream of streams) {
    if (stream.writtenUpToMs === undefined) stream.startAt(startMs);
    else stream.resume(fromMs);
  }
  return deviceNowMs;
}

/** Which observation a message is of; undefined if it is no observation. */
function writtenIn(record: BackwardRecord): { observedAtMs: number; wasHeldBack: boolean } | undefined {
  const fault = labelsOf((name) => record.header(name))?.fault;
  if (fault !== undefined) {
    const { kinds, observedAt } = fault;
    const wasHeldBack = kinds.includes("late") || kinds.includes("out-of-order");
    return { observedAtMs: Date.parse(observedAt), wasHeldBack };
  }
  const message = parseObservation(record.value, record.timeMs);
  if (message.kind !== "observation") return undefined;
  return { observedAtMs: Date.parse(message.observation.timestamp), wasHeldBack: false };
}

/** A different text for all different bytes, which need not be UTF-8. */
function exactText(bytes: Buffer): string {
  return bytes.toString("latin1");
}
