import { groupMemberName } from "../../contract/environment/device";
import type { DeviceSpec } from "./spec";

/** What of a device or group decides its containers. */
export type Grouped = Pick<DeviceSpec, "name" | "group">;

/** The devices of one container: one device, or a run of a group's. */
export interface DeviceRun {
  /** What the container is within its stack. */
  readonly what: string;
  /** Number of the first of them in the group. */
  readonly firstNumber: number;
  readonly count: number;
}

/** How many devices an entry of the configuration stands for. */
export const deviceCount = ({ group }: Pick<Grouped, "group">): number => group?.count ?? 1;

/** How many containers it takes. */
export function containerCount({ group }: Pick<Grouped, "group">): number {
  return group === undefined ? 1 : Math.ceil(group.count / group.devicesPerContainer);
}

/** The devices of each of its containers. With more devices the last of them gets more and others come after it. */
export function deviceRuns(device: Grouped): DeviceRun[] {
  const { name, group } = device;
  if (group === undefined) return [{ what: name, firstNumber: 1, count: 1 }];
  return Array.from({ length: containerCount(device) }, (_, index) => {
    const firstNumber = index * group.devicesPerContainer + 1;
    return {
      what:
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

/** Names the devices of an entry, a group's in the notation of shells: `meter-{1..5000}`. */
export function showDevices({ name, group }: Grouped): string {
  return group === undefined ? name : groupMemberName(name, 0).replace(/0$/, `{1..${group.count}}`);
}

/** The longest name among its devices. */
export function longestDeviceName({ name, group }: Grouped): string {
  return group === undefined ? name : groupMemberName(name, group.count);
}
