/** A container's name, also its host name in the stack's network: `kafka-iot-sim-<stack>-<what>`. */
export function containerName(stack: string, what: string): string {
  return `kafka-iot-sim-${stack}-${what}`;
}

/** Whether a name is that of one of a stack's numbered parts, such as `broker` 1, 2, …, or of what belongs to one, such as `-data`. */
export function isNumbered(stack: string, what: string, name: string, suffix = ""): boolean {
  const number = name.slice(containerName(stack, `${what}-`).length, name.length - suffix.length);
  return /^\d+$/.test(number) && name === containerName(stack, `${what}-${number}${suffix}`);
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

/** Of everything that a stack has on the engine: the stack's name, and the id of the Pulumi state that made it. */
export const labelOfStack = "kafka-iot-sim.stack";
export const labelOfState = "kafka-iot-sim.state";

/** Labels of a stack's networks and volumes, and with a role of its containers. */
export function stackLabels(stack: string, role?: Role): Record<string, string> {
  return { ...(role && { "kafka-iot-sim.role": role }), [labelOfStack]: stack };
}

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
