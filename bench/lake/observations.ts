import type { RowBatch } from "../../apps/shared/delta/data-files/row-batch";

/** Rows of one minute of one sensor with the offsets `from`, `from + 1`, … @param minute since 1970 */
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

const fleetDevices = 10;
const fleetSensors = 5;
const fleetStartMs = Date.UTC(2026, 10, 23);

/**
 * Rows of one minute of ten devices with five sensors each, a random double as value: those of the throughput benchmark.
 * @param minute from 0
 */
export function fleetBatch(minute: number, rows: number): RowBatch {
  const indexes = Array.from({ length: rows }, (_, index) => index);
  const longs = (of: (index: number) => number) => BigInt64Array.from(indexes, (index) => BigInt(of(index)));
  const devices = indexes.map((index) => `device-${index % fleetDevices}`);
  const series = fleetDevices * fleetSensors;
  const timeMicros = (index: number) =>
    (fleetStartMs + minute * 60_000 + Math.floor((index * 60_000) / rows)) * 1_000;
  return {
    rows,
    columns: {
      device: devices,
      sensor_name: indexes.map((index) => `sensor_${Math.floor(index / fleetDevices) % fleetSensors}`),
      boot: longs(() => fleetStartMs),
      seq: longs((index) => Math.floor((minute * rows + index) / series)),
      timestamp: longs(timeMicros),
      value: Float64Array.from(indexes, () => Math.random()),
      label: indexes.map(() => null),
      kafka_topic: devices.map(() => "backlog"),
      kafka_partition: Int32Array.from(indexes, (index) => index % 3),
      kafka_offset: longs((index) => Math.floor((minute * rows + index) / 3)),
      kafka_timestamp: longs((index) => timeMicros(index) + 7_000),
    },
  };
}
