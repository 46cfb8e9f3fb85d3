import type { StackSpec } from "./spec";
import { deviceCount } from "./groups";

/** What of a consumer decides what it reads: the devices and groups that it names, all of them if it names none. */
export interface Reader {
  readonly devices?: readonly string[] | undefined;
}

/** The devices and groups that a consumer reads. */
export function readDevices<Device extends { readonly name: string }>(
  reader: Reader,
  devices: readonly Device[],
): Device[] {
  return devices.filter(({ name }) => reader.devices?.includes(name) ?? true);
}

/** The topics of the devices that a consumer reads, sorted. */
export function topicsRead(reader: Reader, devices: StackSpec["devices"]): string[] {
  return [...new Set(readDevices(reader, devices).map(({ topic }) => topic))].sort();
}

/** How many sensors all devices that a consumer reads have together. */
export function sensorsRead(reader: Reader, devices: StackSpec["devices"]): number {
  return readDevices(reader, devices).reduce(
    (sum, device) => sum + deviceCount(device) * device.sensors.length,
    0,
  );
}

/** The Kafka group of a consumer's replicas. */
export function consumerGroup(name: string): string {
  return `kafka-iot-sim-${name}`;
}
