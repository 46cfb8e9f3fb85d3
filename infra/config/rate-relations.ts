import type { Problem } from "../../contract/problems";
import { containerCount } from "../model/groups";
import {
  fullestContainerRate,
  maxMessagesPerSecondPerBroker,
  maxMessagesPerSecondPerContainer,
  rateOf,
  ratePerDevice,
  rateOfStack,
} from "../model/traffic";
import { deviceField } from "./device-paths";
import { showDurationMs } from "../model/units";
import type { DeviceSpec } from "../model/spec";

/** What decides how many messages there are a second, as far as it could be read. */
interface RateKeys {
  readonly devices: readonly DeviceSpec[] | undefined;
  readonly speed?: number | undefined;
  readonly maxRate?: number | undefined;
  readonly brokers?: number | undefined;
  readonly replicationFactor?: number | undefined;
}

type Raw = Readonly<Record<string, unknown>>;

/** More messages a second than containers, brokers or the user's own limit let through. */
export function rateProblems(keys: RateKeys, raw: Raw): Problem[] {
  const { devices, speed = 1 } = keys;
  if (devices === undefined) return [];
  return [
    ...devices.flatMap((device, index) => containerRateProblems(device, index, speed, raw)),
    ...brokerRateProblems(devices, speed, keys, raw),
    ...maxRateProblems(devices, speed, keys),
  ];
}

/** Told once where all devices are alike. */
function containerRateProblems(device: DeviceSpec, index: number, speed: number, raw: Raw): Problem[] {
  const most = maxMessagesPerSecondPerContainer;
  const rate = fullestContainerRate(device, speed);
  if (rate <= most || (!Array.isArray(raw["devices"]) && index > 0)) return [];
  const perDevice = ratePerDevice(device, speed);
  const fits = Math.floor(most / perDevice);
  const field = device.group === undefined ? "sensors" : "devicesPerContainer";
  const { path, found } = deviceField(raw, index, field);
  const lower = device.group !== undefined && fits >= 1 ? [`lower it to at most ${fits}`] : [];
  const remedy = oneOf([...lower, ...slower(device, speed, rate / most)]);
  const makes = `a container would have to send ${count(rate)} messages/s, and sends at most ${count(most)}`;
  return [{ path, found: found ?? device.group?.devicesPerContainer, remedy: `${remedy}: ${makes}` }];
}

function brokerRateProblems(
  devices: readonly DeviceSpec[],
  speed: number,
  { brokers, replicationFactor }: RateKeys,
  raw: Raw,
): Problem[] {
  if (brokers === undefined) return [];
  const total = rateOfStack({ devices, speed });
  const most = maxMessagesPerSecondPerBroker;
  // More copies than brokers are told of as such.
  const rateWith = (size: number) => (total * Math.min(replicationFactor ?? 3, size)) / size;
  const rate = rateWith(brokers);
  if (rate <= most) return [];
  const enough = [2, 3, 4, 5, 6, 7, 8, 9].find((size) => size > brokers && rateWith(size) <= most);
  const [busiest] = devices.toSorted((one, other) => rateOf(other, speed) - rateOf(one, speed));
  const remedies = [
    "have fewer of them",
    ...(enough === undefined ? [] : [`set brokers to ${enough}`]),
    ...(busiest === undefined ? [] : slower(busiest, speed, rate / most)),
  ];
  const makes = `each broker would have to take ${count(rate)} messages/s with all copies, and takes ${count(most)}`;
  return [{ path: "devices", found: raw["devices"], remedy: `${oneOf(remedies)}: ${makes}` }];
}

/** Devices would never catch up with their own time. */
function maxRateProblems(devices: readonly DeviceSpec[], speed: number, { maxRate }: RateKeys): Problem[] {
  const rate = Math.ceil(rateOfStack({ devices, speed }));
  if (maxRate === undefined || rate <= maxRate) return [];
  const remedy = `raise it to at least ${rate}, which the devices make a second, or lengthen their intervals`;
  return [{ path: "maxRate", found: maxRate, remedy }];
}

/** How an entry's devices would send `times` fewer messages a second. */
function slower({ sensors }: DeviceSpec, speed: number, times: number): string[] {
  const shortest = Math.min(...sensors.map(({ interval }) => interval));
  const others = sensors.some(({ interval }) => interval !== shortest) ? ", others as much" : "";
  const longerMs = Math.ceil((shortest * times) / 10) * 10;
  return [
    `lengthen intervals (${showDurationMs(shortest)} to ${showDurationMs(longerMs)}${others})`,
    ...(speed >= times && speed > 1 ? [`lower speed to at most ${Math.floor(speed / times)}`] : []),
  ];
}

/** The most containers of devices that a stack can have, as it can have devices. */
export const maxDeviceContainers = 1_000;

/** More containers than an engine on one machine bears. */
export function containerCountProblems(devices: readonly DeviceSpec[], raw: Raw): Problem[] {
  const total = devices.reduce((sum, device) => sum + containerCount(device), 0);
  if (total <= maxDeviceContainers) return [];
  const index = devices.findIndex(
    (device) => containerCount(device) === Math.max(...devices.map(containerCount)),
  );
  const group = devices[index]?.group;
  const why = `there would be ${count(total)} containers of devices, and can be ${count(maxDeviceContainers)}`;
  if (group === undefined || containerCount({ group }) === 1)
    return [
      {
        path: "devices",
        found: raw["devices"],
        remedy: `list fewer, or make groups of those that are alike: ${why}`,
      },
    ];
  const others = total - containerCount({ group });
  const least = Math.ceil(group.count / Math.max(1, maxDeviceContainers - others));
  const { path } = deviceField(raw, index, "devicesPerContainer");
  return [{ path, found: group.devicesPerContainer, remedy: `raise it to at least ${least}: ${why}` }];
}

const count = (number: number) => Math.round(number).toLocaleString("en");

function oneOf(remedies: readonly string[]): string {
  return remedies.length < 2
    ? remedies.join("")
    : `${remedies.slice(0, -1).join(", ")} or ${remedies.at(-1)}`;
}
