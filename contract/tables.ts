/** The Delta tables of the lake: what the lake writes, and what the dashboard, `npm run lake` and `npm run verify` read. */

/** The shape of a table: all columns in order, including those that partition the table. */
interface Schema {
  readonly columns: readonly {
    readonly name: string;
    readonly type: "string" | "binary" | "long" | "integer" | "double" | "timestamp";
    readonly nullable: boolean;
  }[];
  /** Names of the columns whose values are in the log instead of the data files, from the outermost directory inwards. */
  readonly partitionColumns: readonly string[];
}

/** The table of observations. The partition columns are the minute of `timestamp`, in UTC. */
export const observationSchema = {
  columns: [
    { name: "device", type: "string", nullable: false },
    { name: "sensor_name", type: "string", nullable: false },
    { name: "boot", type: "long", nullable: false },
    { name: "seq", type: "long", nullable: false },
    { name: "timestamp", type: "timestamp", nullable: false },
    { name: "value", type: "double", nullable: false },
    { name: "label", type: "string", nullable: true },
    { name: "kafka_topic", type: "string", nullable: false },
    { name: "kafka_partition", type: "integer", nullable: false },
    { name: "kafka_offset", type: "long", nullable: false },
    { name: "kafka_timestamp", type: "timestamp", nullable: false },
    { name: "year", type: "integer", nullable: false },
    { name: "month", type: "integer", nullable: false },
    { name: "day", type: "integer", nullable: false },
    { name: "hour", type: "integer", nullable: false },
    { name: "minute", type: "integer", nullable: false },
  ],
  partitionColumns: ["year", "month", "day", "hour", "minute"],
} as const satisfies Schema;

const minuteMs = 60_000;

/** The partition of a time, as the number of its minute since 1970. */
export function minuteOf(timestamp: number): number {
  return Math.floor(timestamp / minuteMs);
}

/** The values of the partition columns, from the outermost inwards. */
export function partitionOf(minute: number): Readonly<Record<string, number>> {
  const time = new Date(minute * minuteMs);
  return {
    year: time.getUTCFullYear(),
    month: time.getUTCMonth() + 1,
    day: time.getUTCDate(),
    hour: time.getUTCHours(),
    minute: time.getUTCMinutes(),
  };
}

/**
 * The table of dead letters: messages that are not observations, and messages whose batch cannot be read. Together with the observations it
 * holds every offset of a topic.
 */
export const deadLetterSchema = {
  columns: [
    { name: "kafka_topic", type: "string", nullable: false },
    { name: "kafka_partition", type: "integer", nullable: false },
    { name: "kafka_offset", type: "long", nullable: false },
    { name: "kafka_timestamp", type: "timestamp", nullable: false },
    { name: "reason", type: "string", nullable: false },
    { name: "key", type: "binary", nullable: true },
    { name: "value", type: "binary", nullable: true },
  ],
  partitionColumns: [],
} as const satisfies Schema;

/** Maximum number of rows in a data file, of what the lake writes and of what it compacts. */
export const maxRowsPerFile = 250_000;
