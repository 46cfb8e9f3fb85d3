import type { StackSpec } from "./spec";
import { deviceCount } from "./groups";

/** The field of a consumer that decides what it reads: names of devices and groups; undefined for all. */
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

/** The number of sensors of all devices that a consumer reads. */
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
