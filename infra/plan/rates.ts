import type { DeviceSpec, StackSpec } from "../config/spec";
import { containerCount, deviceCount } from "./groups";

/** Messages a second that one device of an entry sends while the clock's time runs, at the speed of the stack. */
export function ratePerDevice({ sensors }: Pick<DeviceSpec, "sensors">, speed: number): number {
  return speed * sensors.reduce((sum, { interval }) => sum + 1_000 / interval, 0);
}

/** Ten times a tenth is a little less than one in binary fractions, which no limit may hang on. */
const exact = (rate: number) => Number(rate.toPrecision(12));

/** Messages a second of all devices of an entry. */
export function rateOf(device: Pick<DeviceSpec, "sensors" | "group">, speed: number): number {
  return speed * (deviceCount(device) * ratePerDevice(device, 1));
}

/** Messages a second of the whole stack. */
export function rateOfStack({ devices, speed }: Pick<StackSpec, "devices" | "speed">): number {
  return exact(devices.reduce((sum, device) => sum + rateOf(device, speed), 0));
}

/** Messages a second of an entry's fullest container. */
export function fullestContainerRate(device: Pick<DeviceSpec, "sensors" | "group">, speed: number): number {
  const { group } = device;
  const devices = containerCount(device) === 1 ? deviceCount(device) : (group?.devicesPerContainer ?? 1);
  return exact(devices * ratePerDevice(device, speed));
}

/**
 * What one container of devices sends while brokers and consumers work beside it. Alone with a broker on two cores it was seen to send 450,000 messages/s
 * (`npm run bench -- devices producing`); the lake, which is to read them all, writes 300,000 rows/s there.
 */
export const maxMessagesPerSecondPerContainer = 100_000;

/** What a broker takes of the messages of devices, the copies that it keeps for others included, with as much room beside it. */
export const maxMessagesPerSecondPerBroker = 200_000;
