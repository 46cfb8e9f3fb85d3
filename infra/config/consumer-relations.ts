import type { z } from "zod";
import type { Problem } from "../../contract/problems";
import { topicsRead } from "../model/consumer-reads";
import { isMember } from "../model/groups";
import { maxReplicas, type StackConfig } from "./schema";
import type { DeviceSpec } from "../model/spec";

/** The keys that decide who reads what, as far as they could be read. */
interface ConsumerKeys {
  readonly devices: readonly DeviceSpec[] | undefined;
  readonly consumers?: z.output<typeof StackConfig>["consumers"] | undefined;
}

/** A consumer reads whole topics, so it must have all devices of a topic or none. */
export function consumerDeviceProblems({ devices, consumers = [] }: ConsumerKeys): Problem[] {
  if (devices === undefined) return [];
  const deviceByName = new Map(devices.map((device) => [device.name, device]));
  return consumers.flatMap((consumer, consumerIndex) =>
    (consumer.devices ?? []).flatMap((name, index): Problem[] => {
      const path = `consumers[${consumerIndex}].devices[${index}]`;
      const device = deviceByName.get(name);
      const group = devices.find((each) => isMember(each, name));
      if (device === undefined && group !== undefined) {
        const remedy = `name its group, "${group.name}": a consumer reads whole topics, and all devices of a group are in one`;
        return [{ path, found: name, remedy }];
      }
      if (device === undefined) {
        const known =
          devices.length === 0 ? "there are none" : `they are ${listNames(devices.map((each) => each.name))}`;
        return [{ path, found: name, remedy: `name a device of the stack; ${known}` }];
      }
      const left = devices.filter(
        (each) => each.topic === device.topic && !consumer.devices?.includes(each.name),
      );
      if (left.length === 0) return [];
      const shared = listNames(left.map((each) => each.name));
      return [
        {
          path,
          found: name,
          remedy: `list ${shared} too, which shares topic "${device.topic}", or give it a topic of its own`,
        },
      ];
    }),
  );
}

/**
 * All lakes write one table, in which a topic has one next offset. Two that read the same topic in groups of their own would
 * read all of it twice and take turns in refusing each other's commits; replicas share it.
 */
export function lakeTopicProblems(
  { devices, consumers = [] }: ConsumerKeys,
  raw: Readonly<Record<string, unknown>>,
): Problem[] {
  if (devices === undefined) return [];
  const lakes = consumers.flatMap((consumer, index) =>
    consumer.type === "lake" ? [{ ...consumer, index, topics: topicsRead(consumer, devices) }] : [],
  );
  return lakes.flatMap((lake, place): Problem[] => {
    const other = lakes
      .slice(0, place)
      .find(({ topics }) => topics.some((each) => lake.topics.includes(each)));
    if (other === undefined) return [];
    const shared = other.topics.filter((topic) => lake.topics.includes(topic));
    const replicas = Math.min(other.replicas + lake.replicas, maxReplicas);
    return [
      {
        path: `consumers[${lake.index}]`,
        found: (raw["consumers"] as readonly unknown[] | undefined)?.[lake.index],
        remedy:
          `remove it and set consumers[${other.index}].replicas to ${replicas}, or let each read other devices: ` +
          `consumers[${other.index}] puts ${listNames(shared)} into the same table`,
      },
    ];
  });
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  return names.length > shown.length
    ? `${shown.join(", ")} and ${names.length - shown.length} more`
    : shown.join(", ");
}
