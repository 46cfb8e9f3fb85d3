import { z } from "zod";
import { healthPath, metricsPort } from "../metrics";
import { prometheusType } from "../consumer-types";
import { prometheusContainerPort, prometheusHealthPath } from "../ports";

/**
 * The planned parts of a stack, for programs that watch it. Containers have their names within the stack (`broker-1`); {@link hostOf} gives
 * their host names.
 */

const Name = z.string().min(1);

/** A container of a group: it has `count` devices, starting with number `first`. */
const FleetContainer = z.strictObject({
  name: Name,
  first: z.int().min(1),
  count: z.int().min(1),
});

export const MappedDevice = z.strictObject({
  /** The name of the device or group. */
  name: Name,
  /** Its topic; absent if the topic has the same name. */
  topic: Name.optional(),
  /** The containers of a group. The container of a single device has the device's name. */
  fleets: z.array(FleetContainer).optional(),
});
export type MappedDevice = z.output<typeof MappedDevice>;

export const MappedConsumer = z.strictObject({
  /** The name of its container; the name of a further replica ends with its number. */
  name: Name,
  type: Name,
  /** Its Kafka group; absent if it has none. */
  group: Name.optional(),
  /** The topics that it reads; absent for all topics. */
  topics: z.array(Name).optional(),
});
export type MappedConsumer = z.output<typeof MappedConsumer>;

export const StackMap = z.strictObject({
  stack: Name,
  coordination: z.enum(["zookeeper", "kraft"]),
  /** The members of the ZooKeeper ensemble, or the KRaft controllers that are not brokers too. */
  coordinators: z.array(Name),
  brokers: z.array(z.strictObject({ id: z.int().min(1), name: Name })),
  devices: z.array(MappedDevice),
  consumers: z.array(MappedConsumer),
});
export type StackMap = z.output<typeof StackMap>;

/** A container's host name in its stack's network. */
export function hostOf(stack: string, name: string): string {
  return `kafka-iot-sim-${stack}-${name}`;
}

/** The health address of a container of devices or of a consumer, in its stack's network. */
export function healthUrlOf(
  stack: string,
  { name, type }: { readonly name: string; readonly type?: string },
): string {
  const address =
    type === prometheusType
      ? `${prometheusContainerPort}${prometheusHealthPath}`
      : `${metricsPort}${healthPath}`;
  return `http://${hostOf(stack, name)}:${address}`;
}
