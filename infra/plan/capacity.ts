import { counted } from "../../contract/values/text";
import { topicsRead } from "../model/consumer-reads";
import { showDevices } from "../model/groups";
import type { Role } from "../model/names";
import type { StackSpec } from "../model/spec";
import {
  fullestContainerRate,
  maxMessagesPerSecondPerBroker,
  maxMessagesPerSecondPerContainer,
  rateOfStack,
} from "../model/traffic";
import { showDurationMs } from "../model/units";
import { type KafkaCapacity, planKafkaCapacity, secondsPerDay } from "./kafka-capacity";
import { type LakeCapacity, planLakeCapacity } from "./lake-capacity";
import { type StackPlan, workloadsOf } from "./stack";
import { instancesOf, type Workload } from "./workload";

/** The memory and the data a day that a plan takes. */
export interface Capacity {
  readonly memory: readonly RoleMemory[];
  /** Includes all roles, and the engine itself. */
  readonly totalMegabytes: number;
  readonly kafka: KafkaCapacity;
  /** Undefined without a history. */
  readonly history: HistoryCapacity | undefined;
  /** Undefined if no lake reads anything. */
  readonly lake: LakeCapacity | undefined;
  /** Sentences about what is unusually much, but works. */
  readonly warnings: readonly string[];
}

/** Works out the memory and data that a plan takes. */
export function planCapacity(spec: StackSpec, plan: StackPlan): Capacity {
  const memory = planMemory(workloadsOf(plan));
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
/** The rate at which one lake wrote on two cores (`npm run bench -- lake`). */
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
      `${count(kafka.replicasPerBroker)} copies of partitions on a broker are many: up to ${count(manyReplicasPerBroker)} are usual; lower partitions, or add brokers`,
    allCopies > manyBytesPerSecond &&
      `${count(allCopies / 1e6)} MB/s with all copies are a lot for brokers on one machine; lengthen the sensors' intervals`,
    rowsPerSecond > manyRowsPerSecond &&
      `${count(rowsPerSecond)} rows/s are more than one lake container wrote in measurements (${count(manyRowsPerSecond)}): give it more replicas`,
    lake !== undefined &&
      (spec.lake.compactAfterMs === 0 || spec.speed * minutesPerDay > manyFiles) &&
      lake.filesPerDayLeft > manyFiles &&
      `${count(lake.filesPerDayLeft)} files a day stay in the table: readers slow down with their number; ${spec.lake.compactAfterMs === 0 ? "set lake.compactAfter" : "lower speed"}`,
    lake !== undefined && historyWarning(spec),
    bufferWarning(spec),
    ...spec.consumers.map((consumer) => idleWarning(spec, consumer)),
  ].filter((warning) => warning !== false);
}

/** The table has a partition for each minute of the devices' time. */
function historyWarning({ history, devices }: StackSpec): string | false {
  const minutes = history === undefined || devices.length === 0 ? 0 : history.lengthMs / minuteMs;
  return (
    minutes > manyFiles &&
    `a history of ${showLength(history?.lengthMs ?? 0)} makes files for each of ${count(minutes)} minutes in the table: readers slow down with their number; shorten backfill`
  );
}

/** A consumer that reads nothing at all needs no warning that it is idle. */
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

/** Devices that send history, or whose time runs fast, make up for missed observations: they need no larger buffer. */
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

/** The memory that the workloads of one role need. */
export interface RoleMemory {
  readonly role: Role;
  readonly containers: number;
  /** Limit of each container; of the largest one if they differ. */
  readonly limitMegabytes: number;
  /** What all of them together have resident when they work. */
  readonly expectedMegabytes: number;
}

/** The engine's own memory for each container (`containerd-shim`). */
const shimMegabytes = 15;
/** The engine itself, and whatever else runs on a machine that does nothing else. */
const machineMegabytes = 400;

/**
 * Adds up the memory of the workloads that stay, by role. Jobs that run once need less, and run before most of the others.
 * @param workloads all of a plan, or some.
 */
export function planMemory(workloads: readonly Workload[]): RoleMemory[] {
  const instances = workloads.filter(({ runs }) => runs === "always").flatMap((each) => instancesOf(each));
  return [...Map.groupBy(instances, ({ role }) => role)].map(([role, all]) => ({
    role,
    containers: all.length,
    limitMegabytes: Math.max(...all.map(({ memoryMegabytes }) => memoryMegabytes)),
    expectedMegabytes: all.reduce((sum, { expectedMegabytes = 0 }) => sum + expectedMegabytes, 0),
  }));
}

/** What the machine needs for a plan in all, in megabytes. */
export function totalMegabytes(roles: readonly RoleMemory[]): number {
  const sum = (of: (role: RoleMemory) => number) => roles.reduce((total, role) => total + of(role), 0);
  return (
    machineMegabytes +
    sum(({ expectedMegabytes }) => expectedMegabytes) +
    shimMegabytes * sum(({ containers }) => containers)
  );
}

/** The fields of a specification that decide how long its history takes. */
export type HistoryCapacitySpec = Pick<
  StackSpec,
  "devices" | "history" | "speed" | "maxRate" | "brokers" | "replicationFactor"
>;

/** The past that devices send before they go on live. */
export interface HistoryCapacity {
  readonly lengthMs: number;
  readonly observations: number;
  /** The shortest time until devices are in the present; what becomes past meanwhile is sent too. */
  readonly seconds: number;
}

/** Works out the size of the history, and how long devices take to send it; undefined if there is none. */
function planHistory(spec: HistoryCapacitySpec): HistoryCapacity | undefined {
  const { history, devices, speed, maxRate = Infinity, brokers, replicationFactor } = spec;
  if (history === undefined) return undefined;
  const observationsAt = (rate: number) => (rate * history.lengthMs) / 1_000;
  /** Time for containers that make `rate` observations a second of the past and can send `max` messages a second. */
  const secondsFor = (rate: number, max: number) =>
    rate === 0 ? 0 : rate * speed < max ? observationsAt(rate) / (max - rate * speed) : Infinity;
  const brokersTake = (brokers * maxMessagesPerSecondPerBroker) / replicationFactor;
  const rateOfAll = rateOfStack({ devices, speed: 1 });
  return {
    lengthMs: history.lengthMs,
    observations: observationsAt(rateOfAll),
    seconds: Math.max(
      secondsFor(rateOfAll, Math.min(brokersTake, maxRate)),
      ...devices.map((device) =>
        secondsFor(fullestContainerRate(device, 1), maxMessagesPerSecondPerContainer),
      ),
    ),
  };
}
