import { type ConsumerTypeName, consumerTypes } from "../../apps/shared/contract/consumer-types";
import type { StackSpec } from "../config/spec";
import type { AppDefaults } from "./apps";
import { containerName, replicaWhats } from "./names";

/** One container of a consumer: the consumer itself, or one of its replicas. */
export interface ConsumerPlan {
  /** Also its Kafka client id, by which a consumer that comes back tells its former self from the other replicas. */
  readonly name: string;
  readonly type: ConsumerTypeName;
  readonly container: string;
  /** `NAME=value` lines, sorted. */
  readonly environment: readonly string[];
  readonly memoryMegabytes: number;
  readonly stopGraceSeconds: number;
  readonly mountsLake: boolean;
}

/** Plans a container for each replica of each consumer; replicas are one Kafka group. */
export function planConsumers(
  spec: Pick<StackSpec, "stack" | "devices" | "consumers" | "lake">,
  defaults: AppDefaults,
): ConsumerPlan[] {
  const allTopics = topicsRead({}, spec.devices);
  return spec.consumers.flatMap((consumer) => {
    const { type } = consumer;
    const { environment, memoryMegabytes, stopGraceSeconds, mountsLake } = consumerTypes[type];
    const topics = topicsRead(consumer, spec.devices);
    return replicaWhats(consumer.name, consumer.replicas).map((name) => ({
      name,
      type,
      container: containerName(spec.stack, name),
      environment: environment(
        {
          ...defaults,
          CONSUMER_NAME: name,
          CONSUMER_GROUP: `kafka-iot-sim-${consumer.name}`,
          CONSUMER_TOPICS: topics,
        },
        { allTopics, lake: spec.lake },
      ),
      memoryMegabytes,
      stopGraceSeconds,
      mountsLake,
    }));
  });
}

/** The topics of the devices that a consumer reads, all if it names none, sorted. */
export function topicsRead(
  consumer: { readonly devices?: readonly string[] | undefined },
  devices: StackSpec["devices"],
): string[] {
  const read = devices.filter((device) => consumer.devices?.includes(device.name) ?? true);
  return [...new Set(read.map((device) => device.topic))].sort();
}
