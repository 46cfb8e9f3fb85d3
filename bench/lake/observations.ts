import type { RowBatch } from "../../apps/shared/delta/data-file";

/** Rows of one minute (since 1970) of one sensor, whose offsets are `from`, `from + 1`, … */
export function observationBatch(minute: number, from: number, rows: number): RowBatch {
  const indexes = Array.from({ length: rows }, (_, index) => index);
  const longs = (of: (index: number) => number) => BigInt64Array.from(indexes, (index) => BigInt(of(index)));
  const texts = (text: string | null) => indexes.map(() => text);
  const micros = longs((index) => minute * 60_000_000 + index * 1_000);
  return {
    rows,
    columns: {
      device: texts("device-1"),
      sensor_name: texts("sensor_1"),
      boot: longs(() => 1_795_392_000_000),
      seq: longs((index) => from + index),
      timestamp: micros,
      value: Float64Array.from(indexes, () => Math.random()),
      label: texts(null),
      kafka_topic: texts("device-1"),
      kafka_partition: new Int32Array(rows),
      kafka_offset: longs((index) => from + index),
      kafka_timestamp: micros,
    },
  };
}
