import type { Problem } from "../../../contract/problems";
import { topicsRead } from "../../model/consumer-reads";
import { isMember } from "../../model/groups";
import { type ParsedConfig, problemWith } from "../parsed-config";
import { maxReplicas } from "../schema/consumers";

/** A consumer reads whole topics, so it must read all devices of a topic or none of them. */
export function consumerDeviceProblems({ devices, consumers = [] }: ParsedConfig): Problem[] {
  if (devices === undefined) return [];
  const specs = devices.map(({ value }) => value);
  const deviceByName = new Map(specs.map((device) => [device.name, device]));
  return consumers.flatMap((consumer) =>
    consumer.devices.flatMap((named): Problem[] => {
      const device = deviceByName.get(named.value);
      if (device === undefined) return [problemWith(named, unknownDeviceRemedy(named.value, specs))];
      const left = specs.filter(
        (each) => each.topic === device.topic && !consumer.value.devices?.includes(each.name),
      );
      if (left.length === 0) return [];
      const shared = listNames(left.map((each) => each.name));
      const verb = left.length === 1 ? "shares" : "share";
      const own = `or give "${named.value}" a topic of its own`;
      return [problemWith(named, `list ${shared} too, which ${verb} topic "${device.topic}", ${own}`)];
    }),
  );
}

function unknownDeviceRemedy(
  name: string,
  devices: readonly (Parameters<typeof isMember>[0] & { readonly name: string })[],
): string {
  const group = devices.find((each) => isMember(each, name));
  if (group !== undefined)
    return `name its group, "${group.name}": a consumer reads whole topics, and all devices of a group share one`;
  const known =
    devices.length === 0 ? "there are none" : `they are ${listNames(devices.map((each) => each.name))}`;
  return `name a device of the stack; ${known}`;
}

/**
 * All lakes write one table, in which a topic has one next offset. Two lakes that read the same topic in groups of their own would read
 * everything twice and refuse each other's commits in turn. Replicas of one lake share the work.
 */
export function lakeTopicProblems({ devices, consumers = [] }: ParsedConfig): Problem[] {
  if (devices === undefined) return [];
  const specs = devices.map(({ value }) => value);
  const lakes = consumers
    .filter(({ value }) => value.type === "lake")
    .map((consumer) => ({ ...consumer, topics: topicsRead(consumer.value, specs) }));
  return lakes.flatMap((lake, place): Problem[] => {
    const other = lakes
      .slice(0, place)
      .find(({ topics }) => topics.some((each) => lake.topics.includes(each)));
    if (other === undefined) return [];
    const shared = other.topics.filter((topic) => lake.topics.includes(topic));
    const replicas = Math.min(other.value.replicas + lake.value.replicas, maxReplicas);
    const remedy =
      `remove it and set ${other.path}.replicas to ${replicas}, or let each read other devices: ` +
      `${other.path} puts ${listNames(shared)} into the same table`;
    return [problemWith(lake, remedy)];
  });
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  return names.length > shown.length
    ? `${shown.join(", ")} and ${names.length - shown.length} more`
    : shown.join(", ");
}
