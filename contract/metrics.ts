import { z } from "zod";

/**
 * What apps report about themselves over HTTP, at {@link metricsPort} in the stack's network: `/metrics` as Prometheus text, `/healthz`, and
 * devices also `/devices`.
 */
export const metricsPort = 9464;
export const metricsPath = "/metrics";
export const healthPath = "/healthz";
export const deviceCountsPath = "/devices";

/** The answer of `/healthz`: status 200 with `healthy`, or 503 with anything else and the reason. */
export const HealthReport = z.looseObject({
  /** `starting` until the app has started its work for the first time, for at most 25 s; `sick` (unhealthy) whenever it does not work. */
  status: z.enum(["starting", "healthy", "sick"]),
  /** One line for people; absent while healthy. */
  reason: z.string().optional(),
});
export type HealthReport = z.output<typeof HealthReport>;

const counts = z.array(z.int().min(0));

/** The answer of a device container's `/devices`: its counts by device in this life, in the order of the container's devices. */
export const DeviceCounts = z.looseObject({
  /** The start of this life, in milliseconds since 1970. */
  boot: z.int().min(0),
  /** Messages to be sent: observations except those that declared faults lost, plus declared duplicates. */
  produced: counts,
  /** Messages that the brokers have acknowledged. */
  acknowledged: counts,
  /** Messages that were dropped because too many waited. */
  dropped: counts,
});
export type DeviceCounts = z.output<typeof DeviceCounts>;

/** A metric by the conventions of Prometheus: base units, `_total` for counters. */
export interface MetricDescription {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly labels?: readonly string[];
  /** Upper bounds of a histogram's buckets, in the unit of its name. */
  readonly buckets?: readonly number[];
}

const latencyBuckets = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600,
];

/** All metrics of this project. Dashboards use their names: do not change a name. */
export const metrics = {
  // All apps
  healthy: {
    name: "kafka_iot_sim_healthy",
    help: "1 while this container does its work, 0 while it does not or has not started: /healthz says why.",
    type: "gauge",
  },
  // Devices
  devices: { name: "kafka_iot_sim_devices", help: "Devices in this container.", type: "gauge" },
  sensors: {
    name: "kafka_iot_sim_sensors",
    help: "Sensors of all devices in this container.",
    type: "gauge",
  },
  observations: {
    name: "kafka_iot_sim_observations_total",
    help: "Observations made, including those that declared faults have lost.",
    type: "counter",
  },
  observationsSkipped: {
    name: "kafka_iot_sim_observations_skipped_total",
    help: "Observations not made because the device was not running at their time.",
    type: "counter",
  },
  declaredLosses: {
    name: "kafka_iot_sim_declared_losses_total",
    help: "Observations without a message, as declared by faults.",
    type: "counter",
  },
  declaredDuplicates: {
    name: "kafka_iot_sim_declared_duplicates_total",
    help: "Additional messages of an observation, as declared by faults.",
    type: "counter",
  },
  messagesSent: {
    name: "kafka_iot_sim_messages_sent_total",
    help: "Messages handed to the brokers.",
    type: "counter",
  },
  messagesAcknowledged: {
    name: "kafka_iot_sim_messages_acknowledged_total",
    help: "Messages acknowledged by the brokers.",
    type: "counter",
  },
  messagesDropped: {
    name: "kafka_iot_sim_messages_dropped_total",
    help: "Messages dropped because too many waited to be sent.",
    type: "counter",
  },
  messagesWaiting: {
    name: "kafka_iot_sim_messages_waiting",
    help: "Messages neither acknowledged nor dropped yet.",
    type: "gauge",
  },
  tickLateness: {
    name: "kafka_iot_sim_tick_lateness_seconds",
    help: "How late live observations were made.",
    type: "histogram",
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 10, 100],
  },
  // Consumers
  messagesRead: {
    name: "kafka_iot_sim_consumer_messages_read_total",
    help: "Messages read from Kafka.",
    type: "counter",
  },
  consumerLag: {
    name: "kafka_iot_sim_consumer_lag_messages",
    help: "Messages of an assigned partition that this consumer has not read yet.",
    type: "gauge",
    labels: ["topic", "partition"],
  },
  consumerSilence: {
    name: "kafka_iot_sim_consumer_seconds_since_progress",
    help: "Seconds since messages of an assigned partition were read, or its leader answered that there are no more.",
    type: "gauge",
    labels: ["topic", "partition"],
  },
  messagesSkipped: {
    name: "kafka_iot_sim_consumer_messages_skipped_total",
    help: "Messages read that are not observations and were skipped.",
    type: "counter",
  },
  observationsPrinted: {
    name: "kafka_iot_sim_console_observations_printed_total",
    help: "Observations printed.",
    type: "counter",
  },
  // The lake
  rows: {
    name: "kafka_iot_sim_lake_rows_total",
    help: "Rows committed to the table of observations.",
    type: "counter",
  },
  files: {
    name: "kafka_iot_sim_lake_files_total",
    help: "Data files committed to the table of observations.",
    type: "counter",
  },
  bytes: {
    name: "kafka_iot_sim_lake_bytes_total",
    help: "Bytes of data files committed to the table of observations.",
    type: "counter",
  },
  commits: {
    name: "kafka_iot_sim_lake_commits_total",
    help: "Commits to the table of observations.",
    type: "counter",
  },
  commitsOvertaken: {
    name: "kafka_iot_sim_lake_commits_overtaken_total",
    help: "Commits given up because another lake consumer had written the same partitions.",
    type: "counter",
  },
  commitDuration: {
    name: "kafka_iot_sim_lake_commit_duration_seconds",
    help: "From the start of a flush to the end of its commit.",
    type: "histogram",
    buckets: latencyBuckets,
  },
  freshness: {
    name: "kafka_iot_sim_lake_freshness_seconds",
    help: "From a message's Kafka timestamp to the commit of its row.",
    type: "histogram",
    buckets: latencyBuckets,
  },
  deadLetters: {
    name: "kafka_iot_sim_lake_dead_letters_total",
    help: "Messages committed to the table of dead letters.",
    type: "counter",
  },
  missingOffsets: {
    name: "kafka_iot_sim_lake_missing_offsets_total",
    help: "Offsets at which the brokers had nothing to read.",
    type: "counter",
  },
  tableVersion: {
    name: "kafka_iot_sim_lake_table_version",
    help: "The latest version of the table of observations.",
    type: "gauge",
  },
  // The stack as the dashboard sees it
  containerUp: {
    name: "kafka_iot_sim_container_up",
    help: "1 if the dashboard finds the container healthy, 0 if not.",
    type: "gauge",
    labels: ["name", "role"],
  },
  topicPartitions: {
    name: "kafka_iot_sim_partitions",
    help: "Partitions of the stack's topics.",
    type: "gauge",
  },
  underReplicatedPartitions: {
    name: "kafka_iot_sim_under_replicated_partitions",
    help: "Partitions with a replica that is not in sync.",
    type: "gauge",
  },
  leaderlessPartitions: {
    name: "kafka_iot_sim_leaderless_partitions",
    help: "Partitions without a leader.",
    type: "gauge",
  },
  groupLag: {
    name: "kafka_iot_sim_group_lag_messages",
    help: "Messages of all topics that a consumer group has not committed yet.",
    type: "gauge",
    labels: ["group"],
  },
  tableRows: { name: "kafka_iot_sim_table_rows", help: "Rows in the table of observations.", type: "gauge" },
  tableFiles: {
    name: "kafka_iot_sim_table_files",
    help: "Data files in the table of observations.",
    type: "gauge",
  },
  unexplainedGaps: {
    name: "kafka_iot_sim_unexplained_gaps",
    help: "Observations or offsets that are missing or repeated, and that no declared fault explains.",
    type: "gauge",
  },
  unproved: {
    name: "kafka_iot_sim_unproved",
    help: "Reasons why it cannot be proved that nothing is missing or repeated, mostly things that are not read.",
    type: "gauge",
  },
  pages: {
    name: "kafka_iot_sim_dashboard_pages",
    help: "Pages that follow the dashboard's stream.",
    type: "gauge",
  },
} as const satisfies Record<string, MetricDescription>;
