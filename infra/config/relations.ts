import type { z } from "zod";
import type { Problem } from "../../apps/shared/contract/problems";
import { topicsRead } from "../plan/consumers";
import { infrastructureWhats, replicaWhats } from "../plan/names";
import { separateControllers } from "../plan/quorum";
import { coordinationProblems } from "./cluster-relations";
import { kafkaVersion } from "./kafka-version";
import type { DeviceSpec } from "./parse";
import { partitionCountProblems } from "./partition-relations";
import { propertyProblems } from "./properties";
import type { KafkaMajor } from "./property-rules";
import { mostReplicas, type StackConfig } from "./schema";
import { retentionProblems, sharedTopicProblems } from "./topic-relations";

type Config = z.output<typeof StackConfig>;

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
    ...repeatsIn("consumers", consumers, "name", "type"),
  ];
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

/** The keys that could be read, devices with their defaults filled in. */
type Relations = Partial<Omit<Config, "devices">> & {
  readonly devices: readonly DeviceSpec[] | undefined;
  /** The devices as they are written. */
  readonly listed: Config["devices"] | undefined;
};

/** What is wrong between keys that are each right on their own. */
export function relationProblems(config: Relations, raw: Readonly<Record<string, unknown>>): Problem[] {
  return [
    ...replicationProblems(config),
    ...partitionCountProblems(config),
    ...coordinationProblems(config, raw),
    ...propertyProblems(raw, {
      brokers: config.brokers,
      coordination: config.coordination,
      kafkaMajor: kafkaMajorOf(config),
    }),
    ...hostPortProblems(config),
    ...topicProblems(config, raw),
    ...sharedTopicProblems(config, raw),
    ...retentionProblems(config, config, raw),
    ...consumerDeviceProblems(config),
    ...lakeTopicProblems(config, raw),
    ...containerNameProblems(config),
  ];
}

/** The Kafka whose properties are meant: ZooKeeper ended with Kafka 3. */
function kafkaMajorOf({ images, coordination }: Relations): KafkaMajor | undefined {
  const major = images && kafkaVersion(images.kafka)?.major;
  return major === 3 || major === 4 ? major : coordination === "zookeeper" ? 3 : undefined;
}

function replicationProblems({ brokers, replicationFactor }: Relations): Problem[] {
  if (brokers === undefined || replicationFactor === undefined || replicationFactor <= brokers) return [];
  return [
    {
      path: "replicationFactor",
      found: replicationFactor,
      remedy: `it exceeds brokers (${brokers}); lower it or add brokers`,
    },
  ];
}

function hostPortProblems({ brokers, hostPort }: Relations): Problem[] {
  if (brokers === undefined || hostPort === undefined || hostPort + brokers - 1 <= 65_535) return [];
  return [
    {
      path: "hostPort",
      found: hostPort,
      remedy: `lower it to at most ${65_536 - brokers}, so that all ${brokers} brokers get a port`,
    },
  ];
}

/**
 * Kafka refuses a topic whose name differs from another's only by `.` against `_`, because its metrics would collide
 * (org.apache.kafka.common.internals.Topic.hasCollision).
 */
function topicProblems({ devices = [] }: Relations, raw: Readonly<Record<string, unknown>>): Problem[] {
  const topicByMetricName = new Map<string, string>();
  return devices.flatMap((device, index) => {
    const metricName = device.topic.replaceAll(".", "_");
    const other = topicByMetricName.get(metricName);
    if (other === undefined) topicByMetricName.set(metricName, device.topic);
    if (other === undefined || other === device.topic) return [];
    const listed = Array.isArray(raw["devices"]) ? (raw["devices"][index] as { topic?: unknown }) : {};
    return [
      {
        path: `devices[${index}].${listed.topic === undefined ? "name" : "topic"}`,
        found: device.topic,
        remedy: `rename it: Kafka takes it for the same as topic "${other}", since dots and underscores collide`,
      },
    ];
  });
}

/** A consumer reads whole topics, so it must have all devices of a topic or none. */
function consumerDeviceProblems({ devices, consumers = [] }: Relations): Problem[] {
  if (devices === undefined) return [];
  const deviceByName = new Map(devices.map((device) => [device.name, device]));
  return consumers.flatMap((consumer, consumerIndex) =>
    (consumer.devices ?? []).flatMap((name, index): Problem[] => {
      const path = `consumers[${consumerIndex}].devices[${index}]`;
      const device = deviceByName.get(name);
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
function lakeTopicProblems(
  { devices, consumers = [] }: Relations,
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
    const replicas = Math.min(other.replicas + lake.replicas, mostReplicas);
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

/** Every container of a stack is named after what it is, so those names must differ. */
function containerNameProblems({
  devices = [],
  consumers = [],
  brokers = 1,
  coordination = "zookeeper",
  zookeepers = 1,
}: Relations): Problem[] {
  const kraft = coordination === "kraft";
  const size = {
    brokers,
    zookeepers: kraft ? 0 : zookeepers,
    controllers: kraft ? separateControllers(brokers) : 0,
  };
  const taken = new Map(infrastructureWhats(size).map((what) => [what, "a part of the stack"]));
  const problems: Problem[] = [];
  const takeReplicas = ({ name, replicas }: (typeof consumers)[number], path: string) => {
    const [, ...others] = replicaWhats(name, replicas);
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
    if (isFirst(device, index, devices)) take(device.name, `devices[${index}].name`, "a device");
  });
  return problems;
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  return names.length > shown.length
    ? `${shown.join(", ")} and ${names.length - shown.length} more`
    : shown.join(", ");
}
