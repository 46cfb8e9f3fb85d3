import { parseObservation } from "../../contract/messages/observation";
import { type KafkaClient, partitionOfKey, readBackwards, type BackwardRecord } from "../shared/kafka";
import { labelsOf } from "../shared/labels";
import type { Logger } from "../shared/logger";
import { counted } from "../shared/text";
import type { Fleet } from "./simulate/fleet";
import type { SensorStream } from "./simulate/sensor-stream";

/** What earlier lives of a fleet have written. */
export interface Written {
  /** When the latest of its messages was due; undefined if there is none. */
  readonly latestMs: number | undefined;
  /** The time of the earliest observation that was found; all of them, if some sensor has none. */
  readonly earliestMs: number | undefined;
}

const progressEvery = 1_000_000;

/**
 * Finds out of the topic itself what was written already, so that nothing is sent twice and nothing left out: no other record of it
 * could be right after a kill. Reads from the ends of the partitions backwards until every sensor's last message is found.
 * @returns undefined if `signal` aborted first.
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
    signal: AbortSignal;
    logger: Logger;
    partitionCount: number;
    /** Called each time that some more is read. */
    onRead?: () => void;
  },
): Promise<Written | undefined> {
  const byKey = new Map(fleet.keys.map((key, sensor) => [exactText(Buffer.from(key)), streams[sensor]]));
  /** Of which the last message is found. */
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
    // In another partition than now there may be only what was written before the topic got more of them.
    if (partitionOfKey(record.key, partitionCount) === record.partition) complete.add(stream);
  };

  const outcome = await readBackwards(kafka, topic, {
    onRecord,
    enough: () => complete.size === streams.length,
    signal,
    onProgress(read) {
      onRead?.();
      if (read < nextProgress) return;
      logger.info(`${counted(read, "message")} read to find where to go on`);
      nextProgress += progressEvery;
    },
    onRetry: (reason) => logger.debug("the topic cannot be read yet", { reason }),
  });
  if (outcome === "aborted") return undefined;
  const latest = streams.reduce(
    (most, { writtenUpToMs }) => Math.max(most, writtenUpToMs ?? -Infinity),
    -Infinity,
  );
  return { latestMs: Number.isFinite(latest) ? latest : undefined, earliestMs };
}

/** Of which observation a message is; undefined if it is of none. */
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

/** A text of its own for all bytes, which need not be UTF-8. */
function exactText(bytes: Buffer): string {
  return bytes.toString("latin1");
}
