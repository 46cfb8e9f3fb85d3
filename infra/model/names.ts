/** A container's name, also its host name in the stack's network: `kafka-iot-sim-<stack>-<what>`. */
export function containerName(stack: string, what: string): string {
  return `kafka-iot-sim-${stack}-${what}`;
}

export const brokerServiceName = (id: number) => `broker-${id}`;
export const brokerSyncServiceName = (id: number) => `broker-${id}-sync`;
export const controllerServiceName = (number: number) => `controller-${number}`;
export const zookeeperServiceName = (id: number) => `zookeeper-${id}`;
export const topicInitServiceName = "topic-init";

/**
 * What each replica of a consumer is: `lake`, `lake-2`, `lake-3`, …. The first has the plain name, so that another number of
 * replicas leaves it as it is.
 */
export function replicaServiceNames(name: string, replicas: number): string[] {
  return Array.from({ length: replicas }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`));
}

/**
 * The longest stack name whose containers' names still fit a host name's label, 63 characters (RFC 1035, 2.3.4); the
 * Java client refuses to look up longer ones.
 */
export const maxStackNameLength = 63 - containerName("", controllerServiceName(1)).length;

/** What a container is: the value of its `kafka-iot-sim.role` label. */
export type Role =
  "zookeeper" | "controller" | "broker" | "broker-sync" | "topic-init" | "device" | "consumer";

/** What the containers are that a stack of this size has, beside its devices and consumers. */
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
