import { groupMemberName } from "../../contract/environment/device";
import type { DeviceSpec } from "./spec";

/** The fields of a device or group that decide its containers. */
export type Grouped = Pick<DeviceSpec, "name" | "group">;

/** The devices of one container: a single device, or consecutive devices of a group. */
export interface DeviceRun {
  /** The container's name within its stack. */
  readonly name: string;
  /** Number of the first device in the group. */
  readonly firstNumber: number;
  readonly count: number;
}

/** The number of devices of an entry of the configuration. */
export const deviceCount = ({ group }: Pick<Grouped, "group">): number => group?.count ?? 1;

/** The number of containers of an entry of the configuration. */
export function containerCount({ group }: Pick<Grouped, "group">): number {
  return group === undefined ? 1 : Math.ceil(group.count / group.devicesPerContainer);
}

/** The devices of each container of an entry. If devices are added, the last container gets more of them and new containers follow. */
export function deviceRuns(device: Grouped): DeviceRun[] {
  const { name, group } = device;
  if (group === undefined) return [{ name, firstNumber: 1, count: 1 }];
  return Array.from({ length: containerCount(device) }, (_, index) => {
    const firstNumber = index * group.devicesPerContainer + 1;
    return {
      name:
        group.devicesPerContainer === 1 ? groupMemberName(name, firstNumber) : `${name}-fleet-${index + 1}`,
      firstNumber,
      count: Math.min(group.devicesPerContainer, group.count - firstNumber + 1),
    };
  });
}

/** Whether a group has a device of this name. */
export function isMember({ name: group, group: size }: Grouped, name: string): boolean {
  const number = Number(/-([1-9]\d*)$/.exec(name)?.[1]);
  return size !== undefined && number <= size.count && name === groupMemberName(group, number);
}

/** Names the devices of an entry; a group's devices in the notation of shells: `meter-{1..5000}`. */
export function showDevices({ name, group }: Grouped): string {
  return group === undefined ? name : groupMemberName(name, 0).replace(/0$/, `{1..${group.count}}`);
}

/** The longest name among the devices of an entry. */
export function longestDeviceName({ name, group }: Grouped): string {
  return group === undefined ? name : groupMemberName(name, group.count);
}
