import type { Problem } from "../../../contract/problems";
import { defaultReplicationFactor } from "../../model/cluster";
import { containerCount } from "../../model/groups";
import type { DeviceSpec } from "../../model/spec";
import {
  fullestContainerRate,
  maxMessagesPerSecondPerBroker,
  maxMessagesPerSecondPerContainer,
  rateOf,
  ratePerDevice,
  rateOfStack,
} from "../../model/traffic";
import { showDurationMs } from "../../model/units";
import { type ParsedConfig, type ParsedDevice, problemWith } from "../parsed-config";

/** More messages a second than containers, brokers or the user's own limit allow. */
export function rateProblems(config: ParsedConfig): Problem[] {
  return [...containerRateProblems(config), ...brokerRateProblems(config), ...maxRateProblems(config)];
}

function containerRateProblems({ readableDevices, assumed: { speed }, written }: ParsedConfig): Problem[] {
  // Devices that are counted are all alike: one problem is enough.
  const devices = Array.isArray(written["devices"]) ? readableDevices : readableDevices.slice(0, 1);
  return devices.flatMap((device) => containerRateProblem(device, speed));
}

function containerRateProblem({ value: device, field }: ParsedDevice, speed: number): Problem[] {
  const max = maxMessagesPerSecondPerContainer;
  const rate = fullestContainerRate(device, speed);
  if (rate <= max) return [];
  const fits = Math.floor(max / ratePerDevice(device, speed));
  const { path, written } = field(device.group === undefined ? "sensors" : "devicesPerContainer");
  const lower = device.group !== undefined && fits >= 1 ? [`lower it to at most ${fits}`] : [];
  const remedy = oneOf([...lower, ...slower(device, speed, rate / max)]);
  const reason = `a container would have to send ${count(rate)} messages/s, and sends at most ${count(max)}`;
  return [
    problemWith({ path, written: written ?? device.group?.devicesPerContainer }, `${remedy}: ${reason}`),
  ];
}

function brokerRateProblems(config: ParsedConfig): Problem[] {
  const { brokers, replicationFactor, assumed } = config;
  if (brokers === undefined) return [];
  const { speed } = assumed;
  const devices = config.readableDevices.map(({ value }) => value);
  const total = rateOfStack({ devices, speed });
  const max = maxMessagesPerSecondPerBroker;
  // Another rule reports more copies than brokers.
  const rateWith = (size: number) =>
    (total * Math.min(replicationFactor?.value ?? defaultReplicationFactor(size), size)) / size;
  const rate = rateWith(brokers.value);
  if (rate <= max) return [];
  const enough = [2, 3, 4, 5, 6, 7, 8, 9].find((size) => size > brokers.value && rateWith(size) <= max);
  const [busiest] = devices.toSorted((one, other) => rateOf(other, speed) - rateOf(one, speed));
  const remedies = [
    "have fewer of them",
    ...(enough === undefined ? [] : [`set brokers to ${enough}`]),
    ...(busiest === undefined ? [] : slower(busiest, speed, rate / max)),
  ];
  const reason = `each broker would have to take ${count(rate)} messages/s with all copies, and takes ${count(max)}`;
  return [problemWith(allDevices(config), `${oneOf(remedies)}: ${reason}`)];
}

/** Devices that could never catch up with their own time. */
function maxRateProblems({ readableDevices, maxRate, assumed: { speed } }: ParsedConfig): Problem[] {
  const devices = readableDevices.map(({ value }) => value);
  const rate = Math.ceil(rateOfStack({ devices, speed }));
  if (maxRate?.value === undefined || rate <= maxRate.value) return [];
  const remedy = `raise it to at least ${rate}, the rate at which the devices make messages, or lengthen their intervals`;
  return [problemWith(maxRate, remedy)];
}

/** Ways to make the devices of an entry send `times` fewer messages a second. */
function slower({ sensors }: DeviceSpec, speed: number, times: number): string[] {
  const shortest = Math.min(...sensors.map(({ interval }) => interval));
  const others = sensors.some(({ interval }) => interval !== shortest) ? ", others as much" : "";
  const longerMs = Math.ceil((shortest * times) / 10) * 10;
  return [
    `lengthen intervals (${showDurationMs(shortest)} to ${showDurationMs(longerMs)}${others})`,
    ...(speed >= times && speed > 1 ? [`lower speed to at most ${Math.floor(speed / times)}`] : []),
  ];
}

/** Maximum number of containers of devices, which is the maximum number of single devices too. */
const maxDeviceContainers = 1_000;

/** More containers than an engine on one machine can run. */
export function containerCountProblems(config: ParsedConfig): Problem[] {
  const devices = config.readableDevices;
  const total = devices.reduce((sum, { value }) => sum + containerCount(value), 0);
  if (total <= maxDeviceContainers) return [];
  const most = Math.max(...devices.map(({ value }) => containerCount(value)));
  const largest = devices.find(({ value }) => containerCount(value) === most);
  const group = largest?.value.group;
  const reason = `there would be ${count(total)} containers of devices, and can be ${count(maxDeviceContainers)}`;
  if (largest === undefined || group === undefined || most === 1)
    return [problemWith(allDevices(config), `list fewer, or make groups of those that are alike: ${reason}`)];
  const minimum = Math.ceil(group.count / Math.max(1, maxDeviceContainers - (total - most)));
  const { path } = largest.field("devicesPerContainer");
  return [
    problemWith({ path, written: group.devicesPerContainer }, `raise it to at least ${minimum}: ${reason}`),
  ];
}

/** The key `devices`, as the user wrote it. */
export function allDevices({ written }: ParsedConfig) {
  return { path: "devices", written: written["devices"] };
}

const count = (number: number) => Math.round(number).toLocaleString("en");

function oneOf(remedies: readonly string[]): string {
  return remedies.length < 2
    ? remedies.join("")
    : `${remedies.slice(0, -1).join(", ")} or ${remedies.at(-1)}`;
}
