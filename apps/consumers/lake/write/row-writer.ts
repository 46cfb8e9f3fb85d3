import { setImmediate as nextTurn } from "node:timers/promises";
import {
  deadLetterSchema,
  maxRowsPerFile,
  minuteOf,
  observationSchema,
  partitionOf,
} from "../../../../contract/tables";
import { newDataFile } from "../../../shared/delta/data-files/new-data-file";
import type { RowBatch } from "../../../shared/delta/data-files/row-batch";
import type { AddFile } from "../../../shared/delta/log/actions";
import { dataColumns, type TableSchema } from "../../../shared/delta/schema";
import type { FileStore } from "../../../shared/delta/storage/storage";
import { type Arrivals, ArrivalTimes } from "./arrival-times";
import type { MessageChunk } from "./message-chunk";
import { MessageReader } from "./observation-scanner";
import { DeadLetterColumns, type MessagePlace, ObservationColumns } from "./row-columns";

/** A partition whose messages will be added. */
export interface WriterPartition extends MessagePlace {
  /** Dead letters below this offset are in their table already. */
  readonly deadLettersFrom: number;
}

/** A dead letter for the log. */
export interface DeadLetterExample {
  /** The topic's name in the table. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
}

/** The result of a flush: data files that no commit names yet. */
export interface WrittenRows {
  readonly adds: readonly AddFile[];
  readonly rows: number;
  /** Rows by Kafka's timestamps of their messages. */
  readonly arrivals: Arrivals;
  readonly deadLetters: {
    readonly adds: readonly AddFile[];
    readonly rows: number;
    /** The offset after the last dead letter, by the partition's index. */
    readonly next: ReadonlyMap<number, number>;
    /** The first few dead letters. */
    readonly examples: readonly DeadLetterExample[];
  };
}

/** The stores of the data files of both tables. */
export interface WriterFiles {
  readonly observations: FileStore;
  readonly deadLetters: FileStore;
}

const maxExamples = 5;

/** Turns messages into data files of the two tables, without committing them. */
export class RowWriter {
  private readonly reader = new MessageReader();
  private partitions: readonly WriterPartition[] = [];
  private pending = new Pending();

  constructor(private readonly files: WriterFiles) {}

  /** Drops what was added since the last flush, and takes messages of these partitions from now on. */
  begin(partitions: readonly WriterPartition[]): void {
    this.partitions = partitions;
    this.pending = new Pending();
  }

  add(chunk: MessageChunk): void {
    const { partition, count, offsets, times, places, bytes, unreadable } = chunk;
    const place = this.partitions[partition];
    if (place === undefined) throw new Error(`partition ${partition} was not announced`);
    const { pending, reader } = this;
    const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let index = 0; index < count; index++) {
      const offset = offsets[index] ?? 0;
      const time = times[index] ?? 0;
      const start = places[index * 4 + 2] ?? 0;
      const length = places[index * 4 + 3] ?? 0;
      const read = unreadable?.get(index) ?? reader.read(source, start, length, time);
      if (typeof read !== "string") {
        pending.minute(minuteOf(read.time)).add(read, place, offset, time);
        pending.arrivals.add(time);
        continue;
      }
      if (offset < place.deadLettersFrom) continue;
      pending.deadLetters.add(chunk, index, read, place);
      pending.nextDeadLetters.set(partition, offset + 1);
      if (pending.examples.length < maxExamples) {
        pending.examples.push({ topic: place.tableTopic, partition: place.partition, offset, reason: read });
      }
    }
  }

  /**
   * Writes what was added since the last flush, a file for each minute, or several if there are very many rows. What is added meanwhile
   * belongs to the next flush.
   * @throws DeltaError STORAGE_FAILED
   */
  async flush(): Promise<WrittenRows> {
    const { minutes, arrivals, deadLetters, nextDeadLetters: next, examples } = this.pending;
    this.pending = new Pending();
    const adds: AddFile[] = [];
    let rows = 0;
    for (const [minute, columns] of minutes) {
      minutes.delete(minute);
      rows += columns.rows;
      adds.push(
        ...(await writeDataFile(
          this.files.observations,
          observationSchema,
          partitionOf(minute),
          columns.batch(),
        )),
      );
      // Read the messages that arrived meanwhile, so that their sender can continue.
      await nextTurn();
    }
    const deadAdds: AddFile[] = [];
    for (const batch of deadLetters.batches()) {
      deadAdds.push(...(await writeDataFile(this.files.deadLetters, deadLetterSchema, {}, batch)));
      await nextTurn();
    }
    return {
      adds,
      rows,
      arrivals: arrivals.all,
      deadLetters: { adds: deadAdds, rows: deadLetters.rows, next, examples },
    };
  }
}

class Pending {
  readonly minutes = new Map<number, ObservationColumns>();
  readonly arrivals = new ArrivalTimes();
  readonly deadLetters = new DeadLetterColumns();
  readonly nextDeadLetters = new Map<number, number>();
  readonly examples: DeadLetterExample[] = [];
  private latest: { readonly minute: number; readonly columns: ObservationColumns } | undefined;

  /** The columns of a minute, counted since 1970. */
  minute(minute: number): ObservationColumns {
    if (this.latest?.minute === minute) return this.latest.columns;
    let columns = this.minutes.get(minute);
    if (columns === undefined) this.minutes.set(minute, (columns = new ObservationColumns()));
    this.latest = { minute, columns };
    return columns;
  }
}

/** Takes messages and writes them as data files, in this thread or another. */
export interface RowSink {
  /** Drops what was added since the last flush, and takes messages of these partitions from now on. */
  begin(partitions: readonly WriterPartition[]): void;
  /** Takes a chunk, which the caller must not use any more. */
  add(chunk: MessageChunk): void;
  /** Resolves when there is room for more. */
  room(): Promise<void>;
  /** Writes exactly what was added before this call. @throws DeltaError */
  flush(): Promise<WrittenRows>;
}

/**
 * Writes rows of one partition as Parquet files: one, or several if there are very many rows.
 * @param partition values of the partition columns
 * @returns the actions that add them to the table's log.
 */
export async function writeDataFile(
  files: FileStore,
  schema: TableSchema,
  partition: Readonly<Record<string, number>>,
  batch: RowBatch,
): Promise<AddFile[]> {
  const columns = dataColumns(schema);
  const adds: AddFile[] = [];
  for (const part of slices(batch)) {
    const { file, add } = newDataFile(columns, partition, part, { dataChange: true, now: Date.now() });
    await files.write([file]);
    adds.push(add);
  }
  return adds;
}

function* slices({ rows, columns }: RowBatch): Generator<RowBatch> {
  if (rows <= maxRowsPerFile) {
    yield { rows, columns };
    return;
  }
  for (let from = 0; from < rows; from += maxRowsPerFile) {
    const to = Math.min(from + maxRowsPerFile, rows);
    yield {
      rows: to - from,
      columns: Object.fromEntries(
        Object.entries(columns).map(([name, values]) => [
          name,
          ArrayBuffer.isView(values) ? values.subarray(from, to) : values.slice(from, to),
        ]),
      ),
    };
  }
}
