import type { RowBatch } from "../../../shared/delta/data-file";
import type { observationSchema } from "../../../../contract/tables";
import { GrowingDoubles, GrowingIntegers, GrowingLongs } from "./growing-columns";

/** What a message says of its observation. */
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

/** Where a message stood; the topic as the table knows it. */
export interface MessagePlace {
  readonly tableTopic: string;
  readonly partition: number;
}

type DataColumn = Exclude<
  (typeof observationSchema.columns)[number]["name"],
  (typeof observationSchema.partitionColumns)[number]
>;

/** Observations of one minute by column, as a data file will hold them. */
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
    const columns: Record<DataColumn, RowBatch["columns"][string]> = {
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
