import { type ConsumerTypeName, consumerTypes, prometheusType } from "../../contract/consumer-types";
import type { MappedConsumer, MappedDevice, StackMap } from "../../contract/environment/stack-map";
import type { DeviceSpec, StackSpec } from "./spec";
import { consumerGroup, type Reader, readDevices, topicsRead } from "./consumer-reads";
import { deviceRuns } from "./groups";
import { brokerServiceName, controllerServiceName, replicaServiceNames, zookeeperServiceName } from "./names";
import { separateControllers } from "./cluster";

/** The parts of a stack that its map shows. */
export type MappedSpec = Pick<
  StackSpec,
  "stack" | "coordination" | "zookeepers" | "brokers" | "devices" | "consumers"
>;

/** The map of a stack for a consumer that watches it: the whole stack, but only those devices that the consumer reads. */
export function planStackMap(spec: MappedSpec, reader: Reader = {}): StackMap {
  return {
    stack: spec.stack,
    coordination: spec.coordination,
    coordinators: coordinatorsOf(spec),
    brokers: upTo(spec.brokers).map((id) => ({ id, name: brokerServiceName(id) })),
    devices: readDevices(reader, spec.devices).map(mappedDevice),
    consumers: spec.consumers.flatMap((consumer) => mappedConsumers(consumer, spec.devices)),
  };
}

function coordinatorsOf({ coordination, zookeepers, brokers }: MappedSpec): string[] {
  return coordination === "zookeeper"
    ? upTo(zookeepers).map(zookeeperServiceName)
    : upTo(separateControllers(brokers)).map(controllerServiceName);
}

function mappedDevice(device: DeviceSpec): MappedDevice {
  const { name, topic, group } = device;
  return {
    name,
    ...(topic !== name && { topic }),
    ...(group !== undefined && {
      fleets: deviceRuns(device).map((run) => ({ name: run.name, first: run.firstNumber, count: run.count })),
    }),
  };
}

function mappedConsumers(
  { name, type, replicas, devices }: StackSpec["consumers"][number],
  all: StackSpec["devices"],
): MappedConsumer[] {
  return replicaServiceNames(name, replicas).map((replica) => ({
    name: replica,
    type,
    ...(joinsGroup(type) && { group: consumerGroup(name) }),
    ...(joinsGroup(type) && devices !== undefined && { topics: topicsRead({ devices }, all) }),
  }));
}

function joinsGroup(type: ConsumerTypeName | typeof prometheusType): boolean {
  return type !== prometheusType && consumerTypes[type].joinsGroup;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
