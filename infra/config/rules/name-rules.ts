import type { Problem } from "../../../contract/problems";
import { separateControllers } from "../../model/cluster";
import { deviceRuns, isMember, longestDeviceName } from "../../model/groups";
import { infrastructureServiceNames, replicaServiceNames } from "../../model/names";
import {
  type Given,
  type ParsedConfig,
  type ParsedConsumer,
  type ParsedDevice,
  problemWith,
} from "../parsed-config";
import { maxNameLength } from "../schema/fields";
import { isOneTooMany } from "./published-rules";

/**
 * Names that appear twice in one list. The rule looks at what the user wrote, so that it finds them also if something else in the list is
 * wrong.
 */
export function repeatedNameProblems({ written: { devices, sensors, consumers } }: ParsedConfig): Problem[] {
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

/** The items of a list that have the name of an earlier item. The name is under the first of `keys` that an item has. */
function repeatsIn(path: string, list: unknown, ...keys: readonly string[]): Problem[] {
  if (!Array.isArray(list)) return [];
  const names = list.map((item: Record<string, unknown> | null) =>
    keys.map((key) => item?.[key]).find((name) => typeof name === "string"),
  );
  return names.flatMap((name, index): Problem[] => {
    const first = names.indexOf(name);
    if (name === undefined || first === index) return [];
    const remedy = `give it a name of its own; ${path}[${first}] has this one`;
    return [problemWith({ path: `${path}[${index}].name`, written: name }, remedy)];
  });
}

/** Every container has the name of what it runs, so these names must differ. */
export function containerNameProblems(config: ParsedConfig): Problem[] {
  const { devices = [], consumers = [] } = config;
  const names = new TakenNames(infrastructureOf(config));
  const firstConsumers = consumers.filter(isFirst);
  return [
    ...firstConsumers.flatMap(({ name }) => names.take(name, "a consumer")),
    ...firstConsumers.flatMap((consumer) => names.takeReplicas(consumer)),
    ...devices
      .filter(isFirst)
      .flatMap((device) =>
        device.value.group === undefined ? names.take(device.name, "a device") : names.takeContainers(device),
      ),
  ];
}

/** Whether an item is the first of its name in its list; {@link repeatedNameProblems} reports the others. */
function isFirst<Part extends { readonly name: Given<string> }>(
  { name }: Part,
  index: number,
  list: readonly Part[],
): boolean {
  return list.findIndex((each) => each.name.value === name.value) === index;
}

function infrastructureOf({ assumed: { brokers, coordination, zookeepers } }: ParsedConfig): string[] {
  const isKraft = coordination === "kraft";
  return infrastructureServiceNames({
    brokers,
    zookeepers: isKraft ? 0 : zookeepers,
    controllers: isKraft ? separateControllers(brokers) : 0,
  });
}

/** The names of a stack's containers, each with its owner. */
class TakenNames {
  private readonly owners: Map<string, string>;

  constructor(infrastructure: readonly string[]) {
    this.owners = new Map(infrastructure.map((name) => [name, "a part of the stack"]));
  }

  take(name: Given<string>, owner: string): Problem[] {
    const other = this.owners.get(name.value);
    if (other !== undefined) return [problemWith(name, `rename it; ${other} has that name already`)];
    this.owners.set(name.value, owner);
    return [];
  }

  /** Takes the names of a consumer's replicas, except the first, which has the consumer's own name. */
  takeReplicas({ value: { name, replicas }, replicas: given }: ParsedConsumer): Problem[] {
    const [, ...others] = replicaServiceNames(name, replicas);
    const clash = others.find((each) => this.owners.has(each));
    const owner = this.owners.get(clash ?? "");
    for (const each of others) if (!this.owners.has(each)) this.owners.set(each, `a replica of "${name}"`);
    if (clash === undefined) return [];
    const remedy = `lower it to ${others.indexOf(clash) + 1} or rename the consumer; ${owner} has the name "${clash}" already`;
    return [problemWith(given, remedy)];
  }

  takeContainers({ value: device, name }: ParsedDevice): Problem[] {
    for (const { name: container } of deviceRuns(device)) {
      const other = this.owners.get(container);
      // Another rule reports devices that have the names of a group's devices.
      if (other !== undefined && !(other === "a device" && isMember(device, container)))
        return [
          problemWith(name, `rename it; ${other} has the name of its container "${container}" already`),
        ];
      this.owners.set(container, `a container of group "${device.name}"`);
    }
    return [];
  }
}

/** Devices that have the name of a group's device, and groups whose devices' names become too long by their numbers. */
export function groupNameProblems({ readableDevices }: ParsedConfig): Problem[] {
  const groups = readableDevices.map(({ value }) => value).filter(({ group }) => group !== undefined);
  return readableDevices.flatMap(({ name, value }): Problem[] => {
    const group = groups.find((each) => isMember(each, value.name));
    const excess = longestDeviceName(value).length - maxNameLength;
    const tooLong = `shorten it by ${excess}: the names of its devices end with numbers, and can have at most ${maxNameLength} characters`;
    return [
      ...(group === undefined
        ? []
        : [problemWith(name, `rename it; a device of group "${group.name}" has that name already`)]),
      ...(excess <= 0 ? [] : [problemWith(name, tooLong)]),
    ];
  });
}
