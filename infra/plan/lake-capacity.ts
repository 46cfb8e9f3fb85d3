import { lakeFlushBytes } from "../../contract/environment/lake";
import { maxRowsPerFile } from "../../contract/tables";
import { topicsRead } from "../model/consumer-reads";
import type { StackSpec } from "../model/spec";
import { type KafkaCapacity, secondsPerDay } from "./kafka-capacity";

/** The data that all lakes of a stack write in a day. */
export interface LakeCapacity {
  /** Number of lake containers that have something to read. */
  readonly writers: number;
  readonly rowsPerDay: number;
  /** Growth of the table; after compaction, if it is compacted. */
  readonly bytesPerDay: number;
  readonly commitsPerDay: number;
  /** Number of data files that commits write. */
  readonly filesPerDay: number;
  /** Number of data files that stay after compaction. */
  readonly filesPerDayLeft: number;
  /** Entries of the table's log: the commits, and one for each round of compaction. */
  readonly logEntriesPerDay: number;
  /** Bytes of replaced files that stay for `lake.retention`, for time travel. */
  readonly replacedBytes: number;
}

/**
 * The bytes of a data file beside its rows, and of a row. Measured on the default stack: files of 90 rows had 2,350 bytes,
 * files of 540 rows 7,530. Rows of large files take less: 8.3 bytes in files of 100,000 rows (`npm run bench -- lake`).
 */
const fileBytes = 1_300;
const rowBytes = 11.5;

/** Works out the data that lakes write; undefined if there is no lake, or nothing for it to read. */
export function planLakeCapacity(
  spec: Pick<StackSpec, "devices" | "consumers" | "lake" | "partitions" | "speed">,
  kafka: KafkaCapacity,
): LakeCapacity | undefined {
  const lakes = spec.consumers.filter(({ type }) => type === "lake");
  const writers = lakes.map((consumer) => {
    const names = new Set(topicsRead(consumer, spec.devices));
    const topics = kafka.topics.filter(({ topic }) => names.has(topic));
    // A replica beyond the number of partitions has nothing to do.
    const count = Math.min(consumer.replicas, topics.length * spec.partitions);
    return { count, ...ratesOf(topics) };
  });
  const rowsPerSecond = writers.reduce((sum, writer) => sum + writer.rowsPerSecond, 0);
  if (rowsPerSecond === 0) return undefined;
  const rowsPerDay = rowsPerSecond * secondsPerDay;
  const commitsPerDay = writers.reduce((sum, writer) => sum + commitsOfDay(writer, spec.lake), 0);
  // A file holds rows of one minute of the devices' time, so a commit that spans the end of a minute writes two files.
  const minutesPerDay = 1_440 * spec.speed;
  const writing = writers.reduce((sum, { count }) => sum + count, 0);
  const filesPerDay = Math.min(rowsPerDay, commitsPerDay + writing * minutesPerDay);
  const compacts = spec.lake.compactAfterMs > 0;
  const perMinute = Math.ceil(rowsPerDay / minutesPerDay / maxRowsPerFile);
  const filesPerDayLeft = compacts ? Math.min(filesPerDay, minutesPerDay * perMinute) : filesPerDay;
  const replaced = compacts ? filesPerDay * fileBytes + rowsPerDay * rowBytes : 0;
  return {
    writers: writing,
    rowsPerDay,
    bytesPerDay: filesPerDayLeft * fileBytes + rowsPerDay * rowBytes,
    commitsPerDay,
    filesPerDay,
    filesPerDayLeft,
    logEntriesPerDay: commitsPerDay + (compacts ? Math.min(filesPerDayLeft, minutesPerDay) : 0),
    replacedBytes: replaced * (spec.lake.retentionMs / 1_000 / secondsPerDay),
  };
}

interface Writer {
  readonly count: number;
  readonly rowsPerSecond: number;
  readonly bytesPerSecond: number;
}

function ratesOf(topics: KafkaCapacity["topics"]) {
  return {
    rowsPerSecond: topics.reduce((sum, topic) => sum + topic.messagesPerSecond, 0),
    bytesPerSecond: topics.reduce((sum, topic) => sum + topic.bytesPerSecond, 0),
  };
}

/** A commit happens at the interval, the rows or the bytes, whichever is first, and never without rows. */
function commitsOfDay({ count, rowsPerSecond, bytesPerSecond }: Writer, lake: StackSpec["lake"]): number {
  if (count === 0) return 0;
  const byInterval = 1_000 / lake.flushIntervalMs;
  const byAmount = Math.max(rowsPerSecond / lake.flushRows, bytesPerSecond / lakeFlushBytes.default) / count;
  const perSecond = Math.min(Math.max(byInterval, byAmount), rowsPerSecond / count);
  return perSecond * count * secondsPerDay;
}
