import { lakeDeadLettersPath, lakeMountPath, lakeTablePath } from "../../apps/shared/contract/lake";
import type { EnvironmentSettings } from "../../apps/shared/contract/environment";
import type { TopicInitEnvironment } from "../../apps/shared/contract/topic-init";
import type { StackSpec } from "../config/parse";
import { planAppDefaults, planServiceDefaults } from "./apps";
import { type BrokerPlan, planBrokers } from "./brokers";
import { type ConsumerPlan, planConsumers } from "./consumers";
import { type DevicePlan, planDevices } from "./devices";
import { containerName, topicInitWhat } from "./names";
import { planTopics } from "./topics";
import { planZookeepers, type ZookeeperPlan } from "./zookeepers";

/** The one-shot container that creates the topics. */
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
  readonly images: StackSpec["images"];
  readonly zookeepers: readonly ZookeeperPlan[];
  readonly brokers: readonly BrokerPlan[];
  readonly topicInit: TopicInitPlan;
  readonly devices: readonly DevicePlan[];
  readonly consumers: readonly ConsumerPlan[];
  /** There also while no consumer writes to it: taking the last one out of the configuration must not delete the table. */
  readonly lake: LakePlan;
}

/** Plans a whole stack. */
export function planStack(spec: StackSpec): StackPlan {
  const { stack } = spec;
  const zookeepers = planZookeepers(stack, spec.zookeepers);
  const brokers = planBrokers(stack, spec.brokers, spec.hostPort, zookeepers);
  const defaults = planAppDefaults(brokers);
  const serviceDefaults = planServiceDefaults(defaults);
  const consumers = planConsumers(spec, serviceDefaults);
  return {
    stack,
    network: containerName(stack, "network"),
    images: spec.images,
    zookeepers,
    brokers,
    topicInit: {
      container: containerName(stack, topicInitWhat),
      environment: {
        ...defaults,
        TOPIC_INIT_TOPICS: planTopics(spec),
        TOPIC_INIT_BROKERS: spec.brokers,
      },
    },
    devices: planDevices(stack, spec.devices, serviceDefaults),
    consumers,
    lake: {
      volume: containerName(stack, "lake"),
      mountPath: lakeMountPath,
      table: lakeTablePath,
      deadLetters: lakeDeadLettersPath,
    },
  };
}
