import { setImmediate as nextTurn } from "node:timers/promises";
import { deadLetterSchema, minuteOf, observationSchema, partitionOf } from "../../../../contract/tables";
import type { AddFile } from "../../../shared/delta/actions";
import type { FileStore } from "../../../shared/delta/storage";
import { type Arrivals, ArrivalTimes } from "./arrival-times";
import { writeDataFile } from "./data-files";
import { DeadLetterColumns } from "./dead-letter-columns";
import type { MessageChunk } from "./message-chunk";
import { MessageReader } from "./message-reader";
import { type MessagePlace, ObservationColumns } from "./observation-columns";

/** A partition whose messages are to come. */
export interface WriterPartition extends MessagePlace {
  /** Offsets below it that are dead letters are in their table already. */
  readonly deadLettersFrom: number;
}

/** A dead letter for the log. */
export interface DeadLetterExample {
  /** As the table knows it. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
}

/** What became of the messages since the last flush: data files that no commit names yet. */
export interface WrittenRows {
  readonly adds: readonly AddFile[];
  readonly rows: number;
  /** Rows by Kafka's timestamps of their messages. */
  readonly arrivals: Arrivals;
  readonly deadLetters: {
    readonly adds: readonly AddFile[];
    readonly rows: number;
    /** By partition: the offset after its last dead letter. */
    readonly next: ReadonlyMap<number, number>;
    /** The first few. */
    readonly examples: readonly DeadLetterExample[];
  };
}

/** Where the rows and the dead letters go. */
export interface WriterFiles {
  readonly observations: FileStore;
  readonly deadLetters: FileStore;
}

const maxExamples = 5;

/** Turns messages into data files of the two tables. It commits nothing. */
export class RowWriter {
  private readonly reader = new MessageReader();
  private partitions: readonly WriterPartition[] = [];
  private pending = new Pending();

  constructor(private readonly files: WriterFiles) {}

  /** Forgets what has been added since the last flush, and takes messages of these partitions from now on. */
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
   * Writes what has been added since the last flush, a file for each minute unless there are very many rows; what is added
   * meanwhile belongs to the next flush.
   * @throws LakeError LAKE_STORAGE_FAILED
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
      // Messages that have come meanwhile are read now, so that whoever sends them can go on.
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

  /** The rows of a minute since 1970. */
  minute(minute: number): ObservationColumns {
    if (this.latest?.minute === minute) return this.latest.columns;
    let columns = this.minutes.get(minute);
    if (columns === undefined) this.minutes.set(minute, (columns = new ObservationColumns()));
    this.latest = { minute, columns };
    return columns;
  }
}
