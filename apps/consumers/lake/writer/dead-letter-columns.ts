import type { deadLetterSchema } from "../../../../contract/tables";
import type { RowBatch } from "../../../shared/delta/data-file";
import { GrowingBytes, GrowingIntegers, GrowingLongs } from "./growing-columns";
import type { MessageChunk } from "./message-chunk";
import type { MessagePlace } from "./observation-columns";
import { representable } from "./times";

type DataColumn = (typeof deadLetterSchema.columns)[number]["name"];

/** Rows of a batch: an array for each key and value exists only while theirs is written. */
const rowsOfBatch = 25_000;

const maxReasons = 1000;

/** Dead letters by column, as data files will hold them. */
export class DeadLetterColumns {
  rows = 0;
  private readonly topic: string[] = [];
  private readonly partition = new GrowingIntegers();
  private readonly offset = new GrowingLongs();
  private readonly time = new GrowingLongs();
  private readonly reason: string[] = [];
  /** The same few reasons come again and again, each time as a text of its own. */
  private readonly reasons = new Map<string, string>();
  private readonly key = new GrowingBytes();
  private readonly value = new GrowingBytes();

  /** Adds the message of a chunk that stands at `index`, as it came. */
  add(chunk: MessageChunk, index: number, reason: string, { tableTopic, partition }: MessagePlace): void {
    const { bytes, places } = chunk;
    this.rows++;
    this.topic.push(tableTopic);
    this.partition.push(partition);
    this.offset.push(chunk.offsets[index] ?? 0);
    this.time.pushMicroseconds(representable(chunk.times[index] ?? 0));
    this.reason.push(this.pooled(reason));
    this.key.push(bytes, places[index * 4] ?? 0, places[index * 4 + 1] ?? 0);
    this.value.push(bytes, places[index * 4 + 2] ?? 0, places[index * 4 + 3] ?? 0);
  }

  private pooled(reason: string): string {
    const known = this.reasons.get(reason);
    if (known === undefined && this.reasons.size < maxReasons) this.reasons.set(reason, reason);
    return known ?? reason;
  }

  *batches(): Generator<RowBatch> {
    for (let from = 0; from < this.rows; from += rowsOfBatch) {
      const to = Math.min(from + rowsOfBatch, this.rows);
      const columns: Record<DataColumn, RowBatch["columns"][string]> = {
        kafka_topic: this.topic.slice(from, to),
        kafka_partition: this.partition.take().subarray(from, to),
        kafka_offset: this.offset.take().subarray(from, to),
        kafka_timestamp: this.time.take().subarray(from, to),
        reason: this.reason.slice(from, to),
        key: this.key.slice(from, to),
        value: this.value.slice(from, to),
      };
      yield { rows: to - from, columns };
    }
  }
}
