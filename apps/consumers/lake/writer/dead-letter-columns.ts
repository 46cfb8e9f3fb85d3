import type { RowBatch } from "../delta/data-file";
import type { deadLetterSchema } from "../dead-letters";
import { GrowingIntegers, GrowingLongs } from "./growing-columns";
import type { MessagePlace } from "./observation-columns";
import { representable } from "./times";

/** A message that is no observation, as it came. */
export interface DeadLetter {
  readonly offset: number;
  /** Kafka's timestamp, in milliseconds since 1970. */
  readonly time: number;
  readonly reason: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

type DataColumn = (typeof deadLetterSchema.columns)[number]["name"];

/** Dead letters by column, as a data file will hold them. */
export class DeadLetterColumns {
  rows = 0;
  private readonly topic: string[] = [];
  private readonly partition = new GrowingIntegers();
  private readonly offset = new GrowingLongs();
  private readonly time = new GrowingLongs();
  private readonly reason: string[] = [];
  private readonly key: (Uint8Array | null)[] = [];
  private readonly value: (Uint8Array | null)[] = [];

  add({ offset, time, reason, key, value }: DeadLetter, { tableTopic, partition }: MessagePlace): void {
    this.rows++;
    this.topic.push(tableTopic);
    this.partition.push(partition);
    this.offset.push(offset);
    this.time.pushMicroseconds(representable(time));
    this.reason.push(reason);
    this.key.push(key);
    this.value.push(value);
  }

  batch(): RowBatch {
    const columns: Record<DataColumn, RowBatch["columns"][string]> = {
      kafka_topic: this.topic,
      kafka_partition: this.partition.take(),
      kafka_offset: this.offset.take(),
      kafka_timestamp: this.time.take(),
      reason: this.reason,
      key: this.key,
      value: this.value,
    };
    return { rows: this.rows, columns };
  }
}
