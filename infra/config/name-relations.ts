import type { z } from "zod";
import type { Problem } from "../../contract/problems";
import { deviceRuns, isMember, longestDeviceName } from "../model/groups";
import { infrastructureServiceNames, replicaServiceNames } from "../model/names";
import { separateControllers } from "../model/cluster";
import { longestName } from "./names";
import { isOneTooMany } from "./published-relations";
import type { StackConfig } from "./schema";
import type { DeviceSpec } from "../model/spec";

type Config = z.output<typeof StackConfig>;

/** The keys that decide what containers are named, as far as they could be read. */
type NameKeys = Partial<Pick<Config, "consumers" | "brokers" | "coordination" | "zookeepers">> & {
  readonly devices: readonly DeviceSpec[] | undefined;
};

/**
 * Names that stand twice in one list. They are looked for in what the user wrote, so that they are told also when
 * something else in the list is wrong.
 */
export function repeatedNameProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { devices, sensors, consumers } = raw;
  return [
    ...repeatsIn("devices", devices, "name"),
    ...(Array.isArray(devices) ? devices : []).flatMap((device: { sensors?: unknown } | null, index) =>
      repeatsIn(`devices[${index}].sensors`, device?.sensors, "name"),
    ),
    ...repeatsIn("sensors", sensors, "name"),
    ...repeatsIn("consumers", withoutOnesTooMany(consumers), "name", "type"),
  ];
}

/** Another name would not help those. */
function withoutOnesTooMany(consumers: unknown): unknown {
  if (!Array.isArray(consumers)) return consumers;
  return consumers.map((consumer: unknown, index) => (isOneTooMany(consumers, index) ? null : consumer));
}

/** The items of a list whose name an earlier one has; the name is under the first of `keys` that is there. */
function repeatsIn(path: string, list: unknown, ...keys: readonly string[]): Problem[] {
  if (!Array.isArray(list)) return [];
  const names = list.map((item: Record<string, unknown> | null) =>
    keys.map((key) => item?.[key]).find((name) => typeof name === "string"),
  );
  return names.flatMap((name, index): Problem[] => {
    const first = names.indexOf(name);
    if (name === undefined || first === index) return [];
    return [
      {
        path: `${path}[${index}].name`,
        found: name,
        remedy: `give it a name of its own; ${path}[${first}] has this one`,
      },
    ];
  });
}

/** Every container of a stack is named after what it is, so those names must differ. */
export function containerNameProblems({
  devices = [],
  consumers = [],
  brokers = 1,
  coordination = "zookeeper",
  zookeepers = 1,
}: NameKeys): Problem[] {
  const kraft = coordination === "kraft";
  const size = {
    brokers,
    zookeepers: kraft ? 0 : zookeepers,
    controllers: kraft ? separateControllers(brokers) : 0,
  };
  const taken = new Map(infrastructureServiceNames(size).map((what) => [what, "a part of the stack"]));
  const problems: Problem[] = [];
  const takeReplicas = ({ name, replicas }: (typeof consumers)[number], path: string) => {
    const [, ...others] = replicaServiceNames(name, replicas);
    const clash = others.find((what) => taken.has(what));
    if (clash !== undefined) {
      const remedy = `lower it to ${others.indexOf(clash) + 1} or rename the consumer; "${clash}" is ${taken.get(clash)} already`;
      problems.push({ path, found: replicas, remedy });
    }
    for (const what of others) if (!taken.has(what)) taken.set(what, `a replica of "${name}"`);
  };
  const take = (name: string, path: string, owner: string) => {
    const other = taken.get(name);
    if (other === undefined) taken.set(name, owner);
    else problems.push({ path, found: name, remedy: `rename it; ${other} has that name already` });
  };
  const takeContainers = (device: DeviceSpec, path: string) => {
    for (const { what } of deviceRuns(device)) {
      const other = taken.get(what);
      // Devices that have its devices' names are told as such.
      if (other !== undefined && !(other === "a device" && isMember(device, what))) {
        const remedy = `rename it; ${other} has the name of its container "${what}" already`;
        problems.push({ path, found: device.name, remedy });
        return;
      }
      taken.set(what, `a container of group "${device.name}"`);
    }
  };
  // A name that stands twice in its own list has been told already.
  const isFirst = <Part extends { readonly name: string }>(
    { name }: Part,
    index: number,
    list: readonly Part[],
  ) => list.findIndex((each) => each.name === name) === index;
  consumers.forEach((consumer, index) => {
    if (isFirst(consumer, index, consumers)) take(consumer.name, `consumers[${index}].name`, "a consumer");
  });
  consumers.forEach((consumer, index) => {
    if (isFirst(consumer, index, consumers)) takeReplicas(consumer, `consumers[${index}].replicas`);
  });
  devices.forEach((device, index) => {
    if (!isFirst(device, index, devices)) return;
    const path = `devices[${index}].name`;
    if (device.group === undefined) take(device.name, path, "a device");
    else takeContainers(device, path);
  });
  return problems;
}

/** Names of devices that are those of a group's too, or become too long by their numbers. */
export function groupNameProblems({ devices = [] }: Pick<NameKeys, "devices">): Problem[] {
  const groups = devices.filter(({ group }) => group !== undefined);
  return devices.flatMap((device, index): Problem[] => {
    const path = `devices[${index}].name`;
    const { name } = device;
    const group = groups.find((each) => isMember(each, name));
    const longest = longestDeviceName(device);
    const excess = longest.length - longestName;
    return [
      ...(group === undefined
        ? []
        : [
            {
              path,
              found: name,
              remedy: `rename it; a device of group "${group.name}" has that name already`,
            },
          ]),
      ...(excess <= 0
        ? []
        : [
            {
              path,
              found: name,
              remedy: `shorten it by ${excess}: names of its devices have numbers behind it, and at most ${longestName} characters`,
            },
          ]),
    ];
  });
}
