import { z } from "zod";
import { healthPath, metricsPort } from "../metrics";
import { prometheusType } from "../consumer-types";
import { prometheusContainerPort, prometheusHealthPath } from "../ports";

/**
 * What a stack consists of by its plan, for those who watch it. Containers are called by what they are in their stack (`broker-1`);
 * their host names are {@link hostOf} that.
 */

const Name = z.string().min(1);

/** A container of a group's devices: `count` of them, from number `first` on. */
export const FleetContainer = z.strictObject({
  name: Name,
  first: z.int().min(1),
  count: z.int().min(1),
});

export const MappedDevice = z.strictObject({
  /** The device's name, or that of a group. */
  name: Name,
  /** Its topic, if that has another name. */
  topic: Name.optional(),
  /** The containers of a group; a device's own container is called as the device. */
  fleets: z.array(FleetContainer).optional(),
});
export type MappedDevice = z.output<typeof MappedDevice>;

export const MappedConsumer = z.strictObject({
  /** What its container is: that of a replica has its number behind it. */
  name: Name,
  type: Name,
  /** Its Kafka group; absent if it is in none. */
  group: Name.optional(),
  /** The topics that it reads; absent if it reads all. */
  topics: z.array(Name).optional(),
});
export type MappedConsumer = z.output<typeof MappedConsumer>;

export const StackMap = z.strictObject({
  stack: Name,
  coordination: z.enum(["zookeeper", "kraft"]),
  /** The ensemble's members, or the quorum's controllers that are no brokers. */
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

/** Where a container of devices or of a consumer says how it does, in its stack's network. */
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
