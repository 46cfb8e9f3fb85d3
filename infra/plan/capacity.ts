import type { StackSpec } from "../config/spec";
import { type KafkaCapacity, planKafkaCapacity, secondsPerDay } from "./kafka-capacity";
import { type LakeCapacity, planLakeCapacity } from "./lake-capacity";
import { planMemory, type RoleMemory, totalMegabytes } from "./memory";
import type { StackPlan } from "./stack";

/** What a plan takes: memory, and data a day. */
export interface Capacity {
  readonly memory: readonly RoleMemory[];
  /** Of all roles, and of the engine itself. */
  readonly totalMegabytes: number;
  readonly kafka: KafkaCapacity;
  /** Undefined if no lake reads anything. */
  readonly lake: LakeCapacity | undefined;
  /** What is merely much. */
  readonly warnings: readonly string[];
}

/** Works out what a plan takes. */
export function planCapacity(spec: StackSpec, plan: StackPlan): Capacity {
  const memory = planMemory(plan, spec.kafka.heapMegabytes);
  const kafka = planKafkaCapacity(spec);
  const lake = planLakeCapacity(spec, kafka);
  return {
    memory,
    totalMegabytes: totalMegabytes(memory),
    kafka,
    lake,
    warnings: warningsOf(spec, kafka, lake),
  };
}

/** Confluent's advice for brokers with ZooKeeper; each partition costs files, memory, and time when its leader changes. */
const manyReplicasPerBroker = 4_000;
const manyBytesPerSecond = 100_000_000;
/** What one lake wrote on two cores (`npm run bench -- lake`). */
const manyRowsPerSecond = 300_000;
const manyFilesPerDay = 10_000;

function warningsOf(spec: StackSpec, kafka: KafkaCapacity, lake: LakeCapacity | undefined): string[] {
  const count = (number: number) => Math.round(number).toLocaleString("en");
  const allCopies = kafka.bytesPerSecond * spec.replicationFactor;
  const rowsPerSecond = lake === undefined ? 0 : lake.rowsPerDay / secondsPerDay / lake.writers;
  return [
    kafka.replicasPerBroker > manyReplicasPerBroker &&
      `${count(kafka.replicasPerBroker)} copies of partitions on a broker are much: up to ${count(manyReplicasPerBroker)} are usual; lower partitions, or add brokers`,
    allCopies > manyBytesPerSecond &&
      `${count(allCopies / 1e6)} MB/s with all copies are much for brokers on one machine; lengthen the sensors' intervals`,
    rowsPerSecond > manyRowsPerSecond &&
      `${count(rowsPerSecond)} rows/s are more than one container of a lake has written (${count(manyRowsPerSecond)}): give it more replicas`,
    lake !== undefined &&
      spec.lake.compactAfterMs === 0 &&
      lake.filesPerDayLeft > manyFilesPerDay &&
      `${count(lake.filesPerDayLeft)} files a day stay in the table: readers slow down with their number; set lake.compactAfter`,
    spec.consumers.some(({ type, replicas }) => type === "lake" && replicas > kafka.partitions) &&
      "a lake has more replicas than there are partitions: some of them have nothing to do",
  ].filter((warning) => warning !== false);
}
