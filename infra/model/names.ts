import { hostOf } from "../../contract/environment/stack-map";

/**
 * A container's name, which is also its host name in the stack's network: `kafka-iot-sim-<stack>-<service>`.
 * @param service the container's name within its stack, such as `broker-1`
 */
export function containerName(stack: string, service: string): string {
  return hostOf(stack, service);
}

export const brokerServiceName = (id: number) => `broker-${id}`;
export const brokerSyncServiceName = (id: number) => `broker-${id}-sync`;
export const controllerServiceName = (number: number) => `controller-${number}`;
export const zookeeperServiceName = (id: number) => `zookeeper-${id}`;
export const topicInitServiceName = "topic-init";

/**
 * The names of a consumer's replicas: `lake`, `lake-2`, `lake-3`, …. The first one has no number, so that it keeps its name when the number of
 * replicas changes.
 */
export function replicaServiceNames(name: string, replicas: number): string[] {
  return Array.from({ length: replicas }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`));
}

/**
 * Maximum length of a stack's name. The names of its containers must fit the label of a host name, 63 characters (RFC 1035, 2.3.4): the Java
 * client refuses to look up longer ones.
 */
export const maxStackNameLength = 63 - containerName("", controllerServiceName(1)).length;

/** The role of a workload in its stack. */
export type Role =
  "zookeeper" | "controller" | "broker" | "broker-sync" | "topic-init" | "device" | "consumer";

/** The names of the workloads that a stack of this size has beside its devices and consumers. */
export function infrastructureServiceNames(size: {
  readonly brokers: number;
  readonly zookeepers: number;
  readonly controllers: number;
}): string[] {
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  return [
    topicInitServiceName,
    ...upTo(size.brokers).flatMap((id) => [brokerServiceName(id), brokerSyncServiceName(id)]),
    ...upTo(size.zookeepers).map(zookeeperServiceName),
    ...upTo(size.controllers).map(controllerServiceName),
  ];
}
