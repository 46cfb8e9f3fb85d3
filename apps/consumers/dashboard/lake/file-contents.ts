import { setImmediate as othersFirst } from "node:timers/promises";
import { type ColumnValues, decodeDataFile } from "../../../shared/delta/data-file";
import type { Column, ColumnType } from "../../../shared/delta/schema";
import { parseTableTopic } from "../../../shared/lake-table/table-topics";
import type { FileContents, PartitionContents } from "../reconciliation/events";
import { IntervalSet } from "../reconciliation/interval-set";

/** The Kafka message of each row. */
interface Places {
  readonly rows: number;
  readonly topics: readonly (string | null)[];
  readonly partitions: Int32Array;
  readonly offsets: BigInt64Array;
}

/** Reads a file of observations. @throws Error whose message says what cannot be read */
export async function readObservations(contents: Uint8Array): Promise<FileContents> {
  const places = await readPlaces(contents);
  const devices = new Map<string, number>();
  countAll(devices, (await readColumn(contents, "device", "string")) as readonly (string | null)[]);
  return {
    table: "observations",
    rows: places.rows,
    partitions: partitionsOf(places),
    devices,
  };
}

/** Reads a file of dead letters. @param ownerOf finds the device of a message by topic and key @throws Error as {@link readObservations} */
export async function readDeadLetters(
  contents: Uint8Array,
  ownerOf: (topic: string, key: string | undefined) => string | undefined,
): Promise<FileContents> {
  const places = await readPlaces(contents);
  const keys = (await readColumn(contents, "key", "binary", true)) as readonly (Uint8Array | null)[];
  const devices = new Map<string, number>();
  for (const [row, tableTopic] of places.topics.entries()) {
    const topic = parseTableTopic(tableTopic ?? "")?.topic ?? "";
    const key = keys[row];
    const owner = ownerOf(topic, key == null ? undefined : Buffer.from(key).toString("utf8"));
    if (owner !== undefined) devices.set(owner, (devices.get(owner) ?? 0) + 1);
  }
  return { table: "dead letters", rows: places.rows, partitions: partitionsOf(places), devices };
}

async function readPlaces(contents: Uint8Array): Promise<Places> {
  const topics = (await readColumn(contents, "kafka_topic", "string")) as readonly (string | null)[];
  const partitions = (await readColumn(contents, "kafka_partition", "integer")) as Int32Array;
  const offsets = (await readColumn(contents, "kafka_offset", "long")) as BigInt64Array;
  return { rows: topics.length, topics, partitions, offsets };
}

/** Decodes one column: a large file takes some 20 ms for each, and between two columns other work gets its turn. */
async function readColumn(
  contents: Uint8Array,
  name: string,
  type: ColumnType,
  nullable = false,
): Promise<ColumnValues> {
  const column: Column = { name, type, nullable };
  await othersFirst();
  const { columns } = await decodeDataFile([column], contents);
  return columns[name] ?? [];
}

/** Most rows have the same value as the row before them. */
function countAll(counts: Map<string, number>, values: readonly (string | null)[]): void {
  let last: string | null | undefined;
  let run = 0;
  const count = () => {
    if (last != null) counts.set(last, (counts.get(last) ?? 0) + run);
  };
  for (const value of values) {
    if (value === last) run++;
    else {
      count();
      last = value;
      run = 1;
    }
  }
  count();
}

class PartitionOffsets {
  readonly offsets = new IntervalSet();
  readonly repeated: number[] = [];
}

/** Gathers offsets by partition. Those of one partition are in order, unless another program has rewritten the file. */
function partitionsOf({ rows, topics, partitions, offsets }: Places): PartitionContents[] {
  const found = new Map<string, Map<number, PartitionOffsets>>();
  const halves = new Int32Array(offsets.buffer, offsets.byteOffset, rows * 2);
  let topic: string | null | undefined;
  let ofTopic = new Map<number, PartitionOffsets>();
  for (let row = 0; row < rows; row++) {
    const name = topics[row] ?? "";
    if (name !== topic) {
      topic = name;
      ofTopic = found.get(name) ?? new Map<number, PartitionOffsets>();
      found.set(name, ofTopic);
    }
    const number = partitions[row] ?? 0;
    let partition = ofTopic.get(number);
    if (partition === undefined) ofTopic.set(number, (partition = new PartitionOffsets()));
    // A bigint for each offset would take most of the time.
    const offset = (halves[row * 2 + 1] ?? 0) * 2 ** 32 + ((halves[row * 2] ?? 0) >>> 0);
    if (!partition.offsets.addOne(offset)) partition.repeated.push(offset);
  }
  return [...found].flatMap(([tableTopic, byNumber]) =>
    [...byNumber].map(([partition, { offsets: there, repeated }]) => ({
      tableTopic,
      partition,
      runs: there.present(0, Infinity).flatMap(({ from, to }) => [from, to]),
      repeats: repeated.flatMap((offset) => [offset, offset]),
    })),
  );
}
