import { maxBatchBytes } from "../../contract/environment/device";
import type { StackSpec } from "./spec";

/** Facts about the Kafka cluster that the configuration is checked against and that the plan uses. */

/** A larger cluster has controllers on nodes of their own, so that a broker's load cannot harm them. */
const maxCombinedBrokers = 3;
/** Members of a KRaft quorum; they tolerate the loss of one. */
export const quorumSize = 3;

/** The number of controllers of a KRaft cluster that are not brokers too. */
export function separateControllers(brokers: number): number {
  return brokers <= maxCombinedBrokers ? 0 : quorumSize;
}

/** The number of copies of the devices' topics if the user sets none: three, or one on each broker if there are fewer. */
export const defaultReplicationFactor = (brokers: number): number => Math.min(3, brokers);

/**
 * The size of a batch, in bytes, that every broker and topic must accept: twice the records of a device's longest batch before compression,
 * which leaves room for the heads of batch and request. If Kafka refuses a batch as too large, the device ends and loses what it has kept.
 */
export const minBatchBytes = 2 * maxBatchBytes;

/** The number of partitions in a cluster. */
export interface PartitionCounts {
  /** Partitions of all devices' topics; Kafka's own topics add only a few. */
  readonly partitions: number;
  /** Copies of partitions in the whole cluster. */
  readonly replicas: number;
  /** Copies of partitions on the broker that has the most of them. */
  readonly replicasPerBroker: number;
}

/** Counts the partitions of `topics` topics. */
export function countPartitions(
  topics: number,
  { partitions, replicationFactor, brokers }: Pick<StackSpec, "partitions" | "replicationFactor" | "brokers">,
): PartitionCounts {
  const replicas = topics * partitions * replicationFactor;
  return {
    partitions: topics * partitions,
    replicas,
    replicasPerBroker: Math.ceil(replicas / brokers),
  };
}

/**
 * The environment variable by which the image takes a broker property: `log.retention.ms` is KAFKA_LOG_RETENTION_MS. Underscores are
 * doubled and hyphens tripled (Confluent, "Docker configuration parameters").
 */
export function propertyVariable(property: string): string {
  const escaped = property.replaceAll("_", "__").replaceAll("-", "___").replaceAll(".", "_");
  return `KAFKA_${escaped.toUpperCase()}`;
}

/**
 * The heap that the log cleaner takes when a node starts, unless the user sets `log.cleaner.dedupe.buffer.size`. Kafka's own default is
 * 128 MB; only committed offsets are compacted here.
 */
export const logCleanerBufferBytes = 16_777_216;

const weekMs = 604_800_000;

/** The properties that set the brokers' retention, the one with the finest unit first: it wins. */
const retentionUnits = {
  "log.retention.ms": 1,
  "log.retention.minutes": 60_000,
  "log.retention.hours": 3_600_000,
} as const;

/** How long brokers keep the messages of a topic that has no retention of its own. */
export interface BrokerRetention {
  /** Negative for ever. */
  readonly retentionMs: number;
  /** The property that sets it; undefined for Kafka's own default, a week. */
  readonly property: string | undefined;
}

/** Reads the brokers' retention out of their properties. */
export function brokerRetention(properties: Readonly<Record<string, unknown>>): BrokerRetention {
  for (const [property, unitMs] of Object.entries(retentionUnits)) {
    const value = properties[property];
    if (value !== undefined) return { retentionMs: Number(value) * unitMs, property };
  }
  return { retentionMs: weekMs, property: undefined };
}
