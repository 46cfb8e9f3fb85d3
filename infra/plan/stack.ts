import { lakeDeadLettersPath, lakeMountPath, lakeTablePath } from "../../contract/environment/lake";
import type { EnvironmentSettings } from "../../contract/environment/variables";
import type { TopicInitEnvironment } from "../../contract/environment/topic-init";
import type { StackSpec } from "../model/spec";
import { appDefaults, serviceDefaults } from "./apps";
import { type BrokerPlan, planBrokers } from "./brokers";
import { type BrokerSyncPlan, planBrokerSyncs } from "./broker-syncs";
import { type ConsumerPlan, planConsumers } from "./consumers";
import { type ControllerPlan, planControllers } from "./controllers";
import { type DevicePlan, planDevices } from "./devices";
import { showDevices } from "../model/groups";
import { planInternalTopics } from "./internal-topics";
import { containerName, topicInitServiceName } from "../model/names";
import { planPrometheus, type PrometheusPlan } from "./prometheus";
import { planQuorum } from "./quorum";
import { planTopics } from "./topics";
import { planZookeepers, type ZookeeperPlan } from "./zookeepers";

/** The one-shot container that makes the running cluster what the plan says: topics, replicas, voters. */
export interface TopicInitPlan {
  readonly container: string;
  readonly environment: EnvironmentSettings<typeof TopicInitEnvironment>;
}

/** The volume of the lake and where its tables lie inside a container that mounts it. */
export interface LakePlan {
  readonly volume: string;
  readonly mountPath: string;
  readonly table: string;
  readonly deadLetters: string;
}

/** Everything that a stack is made of, decided before anything is made. */
export interface StackPlan {
  readonly stack: string;
  readonly network: string;
  /** Image references; no ZooKeeper's in a KRaft cluster, and Prometheus' only where it is a consumer. */
  readonly images: Pick<StackSpec["images"], "kafka" | "node"> & Partial<StackSpec["images"]>;
  readonly coordination: StackSpec["coordination"];
  /** Empty in a KRaft cluster. */
  readonly zookeepers: readonly ZookeeperPlan[];
  /** The controllers of a KRaft cluster that are no brokers. */
  readonly controllers: readonly ControllerPlan[];
  readonly brokers: readonly BrokerPlan[];
  /** One for each broker, in their order; none for a broker alone, which nothing waits for. */
  readonly brokerSyncs: readonly BrokerSyncPlan[];
  readonly topicInit: TopicInitPlan;
  /** The containers of devices. */
  readonly devices: readonly DevicePlan[];
  /** The devices in them, those of a group as `meter-{1..5000}`. */
  readonly deviceNames: readonly string[];
  readonly consumers: readonly ConsumerPlan[];
  /** Undefined if it is none of the consumers. */
  readonly prometheus: PrometheusPlan | undefined;
  /** There also while no consumer writes to it: taking the last one out of the configuration must not delete the table. */
  readonly lake: LakePlan;
}

/** Plans a whole stack. */
export function planStack(spec: StackSpec): StackPlan {
  const { stack } = spec;
  const coordination = planCoordination(spec);
  const brokers = planBrokers(spec, coordination);
  const devices = planDevices(spec, serviceDefaults);
  const consumers = planConsumers(spec, serviceDefaults);
  const prometheus = planPrometheus(spec, devices, consumers);
  return {
    stack,
    network: containerName(stack, "network"),
    images: imagesFor(spec, prometheus),
    coordination: coordination.kind,
    zookeepers: coordination.kind === "zookeeper" ? coordination.zookeepers : [],
    controllers:
      coordination.kind === "kraft" ? planControllers(coordination.quorum, spec.kafka.properties) : [],
    brokers,
    brokerSyncs: planBrokerSyncs(stack, brokers),
    topicInit: {
      container: containerName(stack, topicInitServiceName),
      environment: {
        ...appDefaults,
        TOPIC_INIT_TOPICS: planTopics(spec),
        TOPIC_INIT_INTERNAL_TOPICS: planInternalTopics(spec.brokers),
        TOPIC_INIT_BROKERS: spec.brokers,
        ...(coordination.kind === "kraft" && { TOPIC_INIT_VOTERS: [...coordination.quorum.voters] }),
      },
    },
    devices,
    deviceNames: spec.devices.map(showDevices),
    consumers,
    prometheus,
    lake: {
      volume: containerName(stack, "lake"),
      mountPath: lakeMountPath,
      table: lakeTablePath,
      deadLetters: lakeDeadLettersPath,
    },
  };
}

function planCoordination({ stack, coordination, zookeepers, brokers }: StackSpec) {
  return coordination === "zookeeper"
    ? { kind: coordination, zookeepers: planZookeepers(stack, zookeepers) }
    : { kind: coordination, quorum: planQuorum(stack, brokers) };
}

function imagesFor(
  { coordination, images: { kafka, zookeeper, node, prometheus } }: StackSpec,
  prometheusPlan: PrometheusPlan | undefined,
): StackPlan["images"] {
  return {
    kafka,
    ...(coordination === "zookeeper" && { zookeeper }),
    node,
    ...(prometheusPlan && { prometheus }),
  };
}
