import { tableTimesMs } from "../../../../contract/messages/observation";
import type { deadLetterSchema, observationSchema } from "../../../../contract/tables";
import type { RowBatch } from "../../../shared/delta/data-files/row-batch";
import { GrowingBytes, GrowingDoubles, GrowingIntegers, GrowingLongs } from "./growing-columns";
import type { MessageChunk } from "./message-chunk";

/** The fields of an observation. */
export interface ObservationFields {
  readonly device: string;
  readonly sensor: string;
  readonly boot: number;
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly value: number;
  readonly label: string | null;
}

/** The place of a message, with the topic's name in the table. */
export interface MessagePlace {
  readonly tableTopic: string;
  readonly partition: number;
}

type ObservationColumn = Exclude<
  (typeof observationSchema.columns)[number]["name"],
  (typeof observationSchema.partitionColumns)[number]
>;

/** Observations of one minute, by column. */
export class ObservationColumns {
  rows = 0;
  private readonly device: string[] = [];
  private readonly sensor: string[] = [];
  private readonly boot = new GrowingLongs();
  private readonly seq = new GrowingLongs();
  private readonly time = new GrowingLongs();
  private readonly value = new GrowingDoubles();
  private readonly label: (string | null)[] = [];
  private readonly topic: string[] = [];
  private readonly partition = new GrowingIntegers();
  private readonly offset = new GrowingLongs();
  private readonly kafkaTime = new GrowingLongs();

  add(
    fields: ObservationFields,
    { tableTopic, partition }: MessagePlace,
    offset: number,
    time: number,
  ): void {
    this.rows++;
    this.device.push(fields.device);
    this.sensor.push(fields.sensor);
    this.boot.push(fields.boot);
    this.seq.push(fields.seq);
    this.time.pushMicroseconds(fields.time);
    this.value.push(fields.value);
    this.label.push(fields.label);
    this.topic.push(tableTopic);
    this.partition.push(partition);
    this.offset.push(offset);
    this.kafkaTime.pushMicroseconds(time);
  }

  batch(): RowBatch {
    const columns: Record<ObservationColumn, RowBatch["columns"][string]> = {
      device: this.device,
      sensor_name: this.sensor,
      boot: this.boot.take(),
      seq: this.seq.take(),
      timestamp: this.time.take(),
      value: this.value.take(),
      label: this.label,
      kafka_topic: this.topic,
      kafka_partition: this.partition.take(),
      kafka_offset: this.offset.take(),
      kafka_timestamp: this.kafkaTime.take(),
    };
    return { rows: this.rows, columns };
  }
}

type DeadLetterColumn = (typeof deadLetterSchema.columns)[number]["name"];

/** Rows of a batch: the arrays of keys and values exist only while their batch is written. */
const rowsOfBatch = 25_000;

const maxReasons = 1000;

/** Dead letters, by column. */
export class DeadLetterColumns {
  rows = 0;
  private readonly topic: string[] = [];
  private readonly partition = new GrowingIntegers();
  private readonly offset = new GrowingLongs();
  private readonly time = new GrowingLongs();
  private readonly reason: string[] = [];
  /** Equal reasons are stored once: each message brings a new string. */
  private readonly reasons = new Map<string, string>();
  private readonly key = new GrowingBytes();
  private readonly value = new GrowingBytes();

  /** Adds the message of a chunk at `index`, unchanged. */
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
      const columns: Record<DeadLetterColumn, RowBatch["columns"][string]> = {
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

/** The nearest time that every reader of a table accepts; times are milliseconds since 1970. */
function representable(time: number): number {
  return Math.min(Math.max(time, tableTimesMs.min), tableTimesMs.max);
}
