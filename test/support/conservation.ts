import { expect } from "vitest";
import { eventually } from "./command";
import { type LakeRow, readLake } from "./delta-rs";
import { endOffsets, readTopics, type TopicMessage } from "./kafka";

const placeOf = (row: LakeRow) => `${row.kafka_topic}/${row.kafka_partition}/${row.kafka_offset}`;

/**
 * Proves that a table holds exactly the messages of its topics: waits until it has every message that the topics have now, then
 * compares each row with its message.
 * @returns the rows.
 */
export async function expectExactlyOnce(args: {
  readonly bootstrapServers: string;
  readonly topics: readonly string[];
  readonly lakeContainer: string;
}): Promise<LakeRow[]> {
  const { bootstrapServers, topics, lakeContainer } = args;
  // kafkajs gives up where a leader has just changed.
  const wanted = await eventually("the topics have ends", 60_000, () =>
    endOffsets(bootstrapServers, topics).catch(() => undefined),
  );
  const rows = await eventually("the table has every message that the topics had", 120_000, async () => {
    const table = await readLake(lakeContainer).catch(() => undefined);
    return table && covers(table.rows, wanted) ? table.rows : undefined;
  });
  const ends = countByPartition(rows);
  const messages = await readTopics(bootstrapServers, ends);
  // There are as many rows as messages, and each message has a row: so each has exactly one.
  expect(rows.length).toBe(messages.size);
  expect(new Set(rows.map(placeOf))).toEqual(new Set(messages.keys()));
  const wrong = rows.filter((row) => !isRowOf(row, messages.get(placeOf(row))));
  expect(wrong).toEqual([]);
  return rows;
}

/** The number of rows of each partition. If every row is there exactly once, it is the first offset without a row. */
function countByPartition(rows: readonly LakeRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const partition = `${row.kafka_topic}/${row.kafka_partition}`;
    counts.set(partition, (counts.get(partition) ?? 0) + 1);
  }
  return counts;
}

function covers(rows: readonly LakeRow[], wanted: ReadonlyMap<string, number>): boolean {
  const offsets = new Map<string, number>();
  for (const row of rows) {
    const partition = `${row.kafka_topic}/${row.kafka_partition}`;
    offsets.set(partition, Math.max(offsets.get(partition) ?? 0, row.kafka_offset + 1));
  }
  return [...wanted].every(([partition, end]) => (offsets.get(partition) ?? 0) >= end);
}

function isRowOf(row: LakeRow, message: TopicMessage | undefined): boolean {
  if (message === undefined) return false;
  const observation = JSON.parse(message.value) as Record<string, unknown>;
  const time = new Date(row.timestamp);
  return (
    row.device === observation["device"] &&
    row.sensor_name === observation["sensor"] &&
    row.boot === observation["boot"] &&
    row.seq === observation["seq"] &&
    row.timestamp === observation["timestamp"] &&
    row.value === observation["value"] &&
    row.label === (observation["label"] ?? null) &&
    row.kafka_timestamp === new Date(message.timestampMs).toISOString() &&
    row.year === time.getUTCFullYear() &&
    row.month === time.getUTCMonth() + 1 &&
    row.day === time.getUTCDate() &&
    row.hour === time.getUTCHours() &&
    row.minute === time.getUTCMinutes()
  );
}

/** Fails unless each sensor's sequence numbers in each process of its device are 0, 1, 2, … without a gap. */
export function expectNoGaps(rows: readonly LakeRow[]): void {
  const sequences = new Map<string, number[]>();
  for (const row of rows) {
    const life = `${row.device}/${row.sensor_name} since ${row.boot}`;
    const sequence = sequences.get(life) ?? [];
    sequence.push(row.seq);
    sequences.set(life, sequence);
  }
  for (const [life, sequence] of sequences) {
    const sorted = sequence.sort((one, other) => one - other);
    expect([life, sorted]).toEqual([life, sorted.map((_, index) => index)]);
  }
}
