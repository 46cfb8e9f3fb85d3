import type { StackSpec } from "../model/spec";
import { showDurationMs } from "../model/units";
import { counted } from "../../contract/values/text";
import { topicsRead } from "../model/consumer-reads";
import { showDevices } from "../model/groups";
import { type HistoryCapacity, planHistory } from "./history-capacity";
import { type KafkaCapacity, planKafkaCapacity, secondsPerDay } from "./kafka-capacity";
import { type LakeCapacity, planLakeCapacity } from "./lake-capacity";
import { planMemory, type RoleMemory, totalMegabytes } from "./memory";
import { fullestContainerRate } from "../model/traffic";
import type { StackPlan } from "./stack";

/** What a plan takes: memory, and data a day. */
export interface Capacity {
  readonly memory: readonly RoleMemory[];
  /** Of all roles, and of the engine itself. */
  readonly totalMegabytes: number;
  readonly kafka: KafkaCapacity;
  /** Undefined if there is none. */
  readonly history: HistoryCapacity | undefined;
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
    history: planHistory(spec),
    lake,
    warnings: warningsOf(spec, kafka, lake),
  };
}

/** Confluent's advice for brokers with ZooKeeper; each partition costs files, memory, and time when its leader changes. */
const manyReplicasPerBroker = 4_000;
const manyBytesPerSecond = 100_000_000;
/** What one lake wrote on two cores (`npm run bench -- lake`). */
const manyRowsPerSecond = 300_000;
const manyFiles = 10_000;
const minuteMs = 60_000;
const minutesPerDay = 1_440;
/** A broker that crashes is back in so many seconds. */
const shortOutageSeconds = 10;

function warningsOf(spec: StackSpec, kafka: KafkaCapacity, lake: LakeCapacity | undefined): string[] {
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
      (spec.lake.compactAfterMs === 0 || spec.speed * minutesPerDay > manyFiles) &&
      lake.filesPerDayLeft > manyFiles &&
      `${count(lake.filesPerDayLeft)} files a day stay in the table: readers slow down with their number; ${spec.lake.compactAfterMs === 0 ? "set lake.compactAfter" : "lower speed"}`,
    lake !== undefined && historyWarning(spec),
    bufferWarning(spec),
    ...spec.consumers.map((consumer) => idleWarning(spec, consumer)),
  ].filter((warning) => warning !== false);
}

/** The table's partitions are minutes of the devices' time. */
function historyWarning({ history, devices }: StackSpec): string | false {
  const minutes = history === undefined || devices.length === 0 ? 0 : history.lengthMs / minuteMs;
  return (
    minutes > manyFiles &&
    `a history of ${showLength(history?.lengthMs ?? 0)} makes files for each of ${count(minutes)} minutes in the table: readers slow down with their number; shorten backfill`
  );
}

/** Of what reads nothing at all, nobody needs to be told that it is idle. */
function idleWarning(
  { devices, partitions }: StackSpec,
  consumer: StackSpec["consumers"][number],
): string | false {
  const { name, replicas } = consumer;
  const read = topicsRead(consumer, devices).length * partitions;
  return (
    read > 0 &&
    replicas > read &&
    `consumer "${name}" has ${replicas} replicas and ${counted(read, "partition")} to read: ${replicas - read} of them have nothing to do; lower its replicas, or raise partitions`
  );
}

/** Devices that send history, or whose time runs fast, make up for what they have not observed. */
function bufferWarning({ devices, history, speed }: StackSpec): string | false {
  if (history !== undefined || speed > 1) return false;
  const short = devices.find(
    (device) => device.buffer.limit < shortOutageSeconds * fullestContainerRate(device, speed),
  );
  if (short === undefined) return false;
  const seconds = short.buffer.limit / fullestContainerRate(short, speed);
  return `containers of ${showDevices(short)} keep ${count(short.buffer.limit)} observations while brokers are away, which they make in ${seconds.toFixed(1)} s: raise buffer.limit`;
}

const count = (number: number) => Math.round(number).toLocaleString("en");

/** `30d`, or hours where there is no whole number of days. */
function showLength(lengthMs: number): string {
  return showDurationMs(Math.round(lengthMs / 3_600_000) * 3_600_000);
}
