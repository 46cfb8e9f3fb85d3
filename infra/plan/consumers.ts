import { type ConsumerTypeName, consumerTypes } from "../../apps/shared/contract/consumer-types";
import type { StackSpec } from "../config/parse";
import type { AppDefaults } from "./apps";
import { containerName } from "./names";

/** One consumer's container. */
export interface ConsumerPlan {
  readonly name: string;
  readonly type: ConsumerTypeName;
  readonly container: string;
  /** `NAME=value` lines, sorted. */
  readonly environment: readonly string[];
  readonly memoryMegabytes: number;
  readonly stopGraceSeconds: number;
  readonly mountsLake: boolean;
}

/** Plans a container for each consumer. */
export function planConsumers(
  spec: Pick<StackSpec, "stack" | "devices" | "consumers">,
  defaults: AppDefaults,
): ConsumerPlan[] {
  const allTopics = sortedTopics(spec.devices);
  return spec.consumers.map(({ name, type, devices: chosen }) => {
    const { environment, memoryMegabytes, stopGraceSeconds, mountsLake } = consumerTypes[type];
    const topics = chosen
      ? sortedTopics(spec.devices.filter((device) => chosen.includes(device.name)))
      : allTopics;
    const common = {
      ...defaults,
      CONSUMER_NAME: name,
      CONSUMER_GROUP: `kafka-iot-sim-${name}`,
      CONSUMER_TOPICS: topics,
    };
    return {
      name,
      type,
      container: containerName(spec.stack, name),
      environment: environment(common, { allTopics }),
      memoryMegabytes,
      stopGraceSeconds,
      mountsLake,
    };
  });
}

function sortedTopics(devices: StackSpec["devices"]): string[] {
  return [...new Set(devices.map((device) => device.topic))].sort();
}
