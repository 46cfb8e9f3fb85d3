import { type ConsumerTypeName, prometheusType } from "../../contract/consumer-types";
import type { StackSpec } from "../model/spec";
import type { AppDefaults } from "./apps";
import { consumerDeployments, type LakeMount } from "./consumer-types";
import { consumerGroup, sensorsRead, topicsRead } from "../model/consumer-reads";
import { containerName, replicaServiceNames } from "../model/names";
import { type MappedSpec, planStackMap } from "../model/stack-map";

/** One container of a consumer: the consumer itself, or one of its replicas. */
export interface ConsumerPlan {
  /** Also its Kafka client id, by which a consumer that comes back tells its former self from the other replicas. */
  readonly name: string;
  readonly type: ConsumerTypeName;
  readonly container: string;
  /** `NAME=value` lines, sorted. */
  readonly environment: readonly string[];
  /** Of all devices that it reads. */
  readonly sensors: number;
  readonly memoryMegabytes: number;
  readonly stopGraceSeconds: number;
  /** Absent if the lake is not mounted. */
  readonly mountsLake?: LakeMount;
  /** Port of the container, and of 127.0.0.1 where it is published; absent if it is not. */
  readonly port?: { readonly container: number; readonly host: number };
}

/** What of a stack decides its consumers' containers. */
export type ConsumersSpec = MappedSpec & Pick<StackSpec, "lake" | "dashboardPort">;

/** Plans a container for each replica of each consumer that is an app of ours; replicas are one Kafka group. */
export function planConsumers(spec: ConsumersSpec, defaults: AppDefaults): ConsumerPlan[] {
  const allTopics = topicsRead({}, spec.devices);
  return spec.consumers.flatMap((consumer) => {
    const { type } = consumer;
    if (type === prometheusType) return [];
    const { environment, memoryMegabytes, stopGraceSeconds, mountsLake, publishedPort } =
      consumerDeployments[type];
    const topics = topicsRead(consumer, spec.devices);
    const sensors = sensorsRead(consumer, spec.devices);
    const context = { allTopics, lake: spec.lake, map: planStackMap(spec, consumer) };
    return replicaServiceNames(consumer.name, consumer.replicas).map((name) => ({
      name,
      type,
      container: containerName(spec.stack, name),
      environment: environment(
        {
          ...defaults,
          CONSUMER_NAME: name,
          CONSUMER_GROUP: consumerGroup(consumer.name),
          CONSUMER_TOPICS: topics,
        },
        context,
      ),
      sensors,
      memoryMegabytes: memoryMegabytes(sensors),
      stopGraceSeconds,
      ...(mountsLake && { mountsLake }),
      ...(publishedPort !== undefined && { port: { container: publishedPort, host: spec.dashboardPort } }),
    }));
  });
}
