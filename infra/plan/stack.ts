import { lakeDeadLettersPath, lakeMountPath, lakeTablePath } from "../../contract/environment/lake";
import { showDevices } from "../model/groups";
import type { PortKey, StackSpec } from "../model/spec";
import { serviceDefaults } from "./apps";
import { type BrokerPlan, type BrokerSyncPlan, planBrokers, planBrokerSyncs } from "./brokers";
import { type ConsumerPlan, lakeVolume, planConsumers } from "./consumers";
import { type ControllerPlan, planCoordination, type ZookeeperPlan } from "./coordination";
import { type DevicePlan, planDevices } from "./devices";
import { planPrometheus } from "./prometheus";
import { planTopicInit, type TopicInitPlan } from "./topics";
import type { Workload } from "./workload";

/** The volume of the lake, and where its tables lie inside a container that mounts it. */
export interface LakePlan {
  readonly volume: string;
  readonly mountPath: string;
  readonly table: string;
  readonly deadLetters: string;
}

/** Everything that a stack is made of, decided before anything is made. It holds on every target. */
export interface StackPlan {
  readonly stack: string;
  /**
   * Image references by the configuration's names; `node` is the base of the apps' image. ZooKeeper's is absent in a KRaft cluster, and
   * Prometheus' where Prometheus is no consumer.
   */
  readonly images: Pick<StackSpec["images"], "kafka" | "node"> & Partial<StackSpec["images"]>;
  readonly coordination: StackSpec["coordination"];
  /** Empty in a KRaft cluster. */
  readonly zookeepers: readonly ZookeeperPlan[];
  /** The controllers of a KRaft cluster that are not brokers too. */
  readonly controllers: readonly ControllerPlan[];
  readonly brokers: readonly BrokerPlan[];
  /** One for each broker, in their order; none for a single broker, which no other waits for. */
  readonly brokerSyncs: readonly BrokerSyncPlan[];
  readonly topicInit: TopicInitPlan;
  /** One for each device and for each group of devices. */
  readonly devices: readonly DevicePlan[];
  /** The devices in them; those of a group as `meter-{1..5000}`. */
  readonly deviceNames: readonly string[];
  /** The consumers that are apps of this project. */
  readonly consumers: readonly ConsumerPlan[];
  /** Undefined if it is no consumer of the stack. */
  readonly prometheus: Workload | undefined;
  /** Its volume exists also while no consumer writes to it: removing the last one from the configuration must not delete the table. */
  readonly lake: LakePlan;
}

/**
 * The host name by which a stack's workloads reach one of them, on the target that runs them. It is the only thing that a plan takes
 * from its target.
 */
export type Addresses = (stack: string, workload: string) => string;

/** Plans a whole stack. */
export function planStack(spec: StackSpec, addresses: Addresses): StackPlan {
  const { stack } = spec;
  const hostOf = (workload: string) => addresses(stack, workload);
  const coordination = planCoordination(spec, hostOf);
  const brokers = planBrokers(spec, coordination, hostOf);
  const devices = planDevices(spec, serviceDefaults);
  const consumers = planConsumers(spec, serviceDefaults);
  const prometheus = planPrometheus(spec, devices, consumers, hostOf);
  return {
    stack,
    images: imagesFor(spec, prometheus),
    coordination: coordination.kind,
    zookeepers: coordination.kind === "zookeeper" ? coordination.zookeepers : [],
    controllers: coordination.kind === "kraft" ? coordination.controllers : [],
    brokers,
    brokerSyncs: planBrokerSyncs(brokers),
    topicInit: planTopicInit(spec, brokers, coordination),
    devices,
    deviceNames: spec.devices.map(showDevices),
    consumers,
    prometheus,
    lake: {
      volume: lakeVolume,
      mountPath: lakeMountPath,
      table: lakeTablePath,
      deadLetters: lakeDeadLettersPath,
    },
  };
}

function imagesFor(
  { coordination, images: { kafka, zookeeper, node, prometheus } }: StackSpec,
  prometheusPlan: Workload | undefined,
): StackPlan["images"] {
  return {
    kafka,
    ...(coordination === "zookeeper" && { zookeeper }),
    node,
    ...(prometheusPlan && { prometheus }),
  };
}

/** All workloads of a plan, in the order in which they are made. */
export function workloadsOf(plan: StackPlan): Workload[] {
  const { zookeepers, controllers, brokers, brokerSyncs, topicInit, devices, consumers, prometheus } = plan;
  return [
    ...zookeepers,
    ...controllers,
    ...brokers,
    ...brokerSyncs,
    topicInit,
    ...devices,
    ...consumers,
    ...(prometheus ? [prometheus] : []),
  ];
}

/** The names of a plan's volumes, each once. */
export function volumesOf({
  zookeepers,
  controllers,
  brokers,
  prometheus,
  lake,
}: Pick<StackPlan, "zookeepers" | "controllers" | "brokers" | "prometheus" | "lake">): string[] {
  const nodes = [...zookeepers, ...controllers, ...brokers, ...(prometheus ? [prometheus] : [])];
  return [...nodes.flatMap(({ volumes }) => volumes.map(({ name }) => name)), lake.volume];
}

/** Consecutive ports of 127.0.0.1 at which workloads are published, one each, in their order. */
export interface PublishedPorts {
  /** The key of the configuration that sets the first of them. */
  readonly key: PortKey;
  readonly first: number;
  /** Names of the workloads. */
  readonly workloads: readonly string[];
}

/** The ports of the user's machine at which a plan's workloads are published. */
export function publishedPorts({
  brokers,
  consumers,
  prometheus,
}: Pick<StackPlan, "brokers" | "consumers" | "prometheus">): PublishedPorts[] {
  const ranges: readonly [PortKey, readonly (Workload | undefined)[]][] = [
    ["hostPort", brokers],
    ["dashboardPort", [consumers.find(({ type }) => type === "dashboard")]],
    ["prometheusPort", [prometheus]],
  ];
  return ranges.flatMap(([key, workloads]) => {
    const published = workloads.flatMap((workload) => {
      const hostPort = workload && hostPortOf(workload);
      return hostPort === undefined ? [] : [{ name: workload?.name ?? "", hostPort }];
    });
    const [first] = published;
    if (first === undefined) return [];
    return [{ key, first: first.hostPort, workloads: published.map(({ name }) => name) }];
  });
}

/** The port of the user's machine at which a workload is published; undefined if it is not. */
export function hostPortOf({ ports }: Pick<Workload, "ports">): number | undefined {
  return ports.find(({ hostPort }) => hostPort !== undefined)?.hostPort;
}
