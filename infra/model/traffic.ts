import { messageKey, type Observation } from "../../contract/messages/observation";
import type { SensorSettings } from "../../contract/models/sensor";
import { containerCount, deviceCount, longestDeviceName } from "./groups";
import type { DeviceSpec, StackSpec } from "./spec";

/** How many messages devices send, and how large these are. */

/**
 * The rate at which one container of devices sends while brokers and consumers work beside it. Alone with a broker on two cores a
 * container sent 450,000 messages/s (`npm run bench -- devices producing`); the lake, which must read all of them, writes 300,000 rows/s there.
 */
export const maxMessagesPerSecondPerContainer = 100_000;

/** The rate of messages that a broker accepts, including the copies that it keeps for other brokers. Half of the broker's time stays free. */
export const maxMessagesPerSecondPerBroker = 200_000;

/** Messages a second that one device of an entry sends live. @param speed how much faster than the clock the devices' time runs */
export function ratePerDevice({ sensors }: Pick<DeviceSpec, "sensors">, speed: number): number {
  return speed * sensors.reduce((sum, { interval }) => sum + 1_000 / interval, 0);
}

/** Ten times a tenth is a little less than one in binary fractions; no limit may depend on that. */
const exact = (rate: number) => Number(rate.toPrecision(12));

/** Messages a second of all devices of an entry. */
export function rateOf(device: Pick<DeviceSpec, "sensors" | "group">, speed: number): number {
  return speed * (deviceCount(device) * ratePerDevice(device, 1));
}

/** Messages a second of the whole stack. */
export function rateOfStack({ devices, speed }: Pick<StackSpec, "devices" | "speed">): number {
  return exact(devices.reduce((sum, device) => sum + rateOf(device, speed), 0));
}

/** Messages a second of the container of an entry that has the most devices. */
export function fullestContainerRate(device: Pick<DeviceSpec, "sensors" | "group">, speed: number): number {
  const { group } = device;
  const devices = containerCount(device) === 1 ? deviceCount(device) : (group?.devicesPerContainer ?? 1);
  return exact(devices * ratePerDevice(device, speed));
}

/** The fields of a device or group that decide how large its messages are. */
export type MessageSizeSpec = Pick<DeviceSpec, "name" | "group" | "tags" | "messageBytes">;

/** The bytes of an observation's value, for a sensor that has run for days. */
export function valueBytes(device: MessageSizeSpec, sensor: SensorSettings): number {
  const label = labelOf(sensor);
  const observation: Observation = {
    device: longestDeviceName(device),
    sensor: sensor.name,
    boot: 1_795_392_000_000,
    seq: 500_000,
    timestamp: "2026-11-23T00:00:00.000Z",
    value: typicalValue(sensor),
    ...(label !== undefined && { label }),
    ...(sensor.unit !== undefined && { unit: sensor.unit }),
    ...device.tags,
  };
  return Math.max(device.messageBytes, Buffer.byteLength(JSON.stringify(observation)));
}

/** The bytes of an observation's key. */
export function keyBytes(device: MessageSizeSpec, sensor: SensorSettings, sharesTopic: boolean): number {
  return Buffer.byteLength(messageKey(longestDeviceName(device), sensor.name, sharesTopic));
}

/** A value of typical length: all the digits of a number, or three digits and the decimals that the sensor rounds to. */
function typicalValue({ precision }: SensorSettings): number {
  return precision === undefined ? 0.1234567890123456 : Number((123.1111111111).toFixed(precision));
}

function labelOf({ model }: SensorSettings): string | undefined {
  if (model.type === "states") return model.states[0]?.name;
  return model.type === "choice" ? model.values.find(({ label }) => label !== undefined)?.label : undefined;
}
