import type { z } from "zod";
import type { Problem } from "../../contract/problems";
import { prometheusType } from "../../contract/consumer-types";
import { separateControllers } from "../model/cluster";
import { containerCount } from "../model/groups";
import { valueRemedy } from "./property-rules";
import type { StackConfig } from "./schema";
import { megabyteBytes } from "../model/units";
import type { DeviceSpec } from "../model/spec";

/** The keys that decide how many clients a broker has, as far as they could be read. */
type ClientKeys = Partial<
  Pick<z.output<typeof StackConfig>, "consumers" | "brokers" | "coordination" | "kafka">
> & { readonly devices: readonly DeviceSpec[] | undefined };

/**
 * Connections to one broker that are left to each container, and to all programs of the host together, which come from one address. Of a
 * container 4 were seen, a lake's; those of a connection that was lost count until the broker has noticed.
 */
const maxConnections = 16;

/** What a heap needs beside the buffer of the log cleaner: the least heap, 192 MB, takes Kafka's default of 128 MB. */
const besideCleanerMegabytes = 64;
const cleanerBuffer = "log.cleaner.dedupe.buffer.size";

/** Limits of Kafka's below what the stack itself needs, or above what its heap has. */
export function brokerLimitProblems(keys: ClientKeys, raw: Readonly<Record<string, unknown>>): Problem[] {
  const { kafka } = keys;
  if (kafka === undefined) return [];
  const { properties } = kafka;
  const written = raw["kafka"] as { readonly properties?: Readonly<Record<string, unknown>> } | undefined;
  const tell = (name: string, remedy: string): Problem[] => {
    // What Kafka itself would not take is told of as such.
    const context = { kafkaMajor: undefined, coordination: undefined };
    if (valueRemedy(name, context, properties[name] ?? "") !== undefined) return [];
    return [{ path: `kafka.properties["${name}"]`, found: written?.properties?.[name], remedy }];
  };
  const below = Object.entries(needsOf(keys, properties)).flatMap(([name, { least, why }]) => {
    const value = properties[name];
    return value === undefined || Number(value) >= least
      ? []
      : tell(name, `raise it to at least ${least}: ${why}`);
  });
  const most = (kafka.heapMegabytes - besideCleanerMegabytes) * megabyteBytes;
  if (!(Number(properties[cleanerBuffer] ?? 0) > most)) return below;
  const remedy = `lower it to at most ${most}, or raise kafka.heap: a broker takes so much of its heap at its start`;
  return [...below, ...tell(cleanerBuffer, remedy)];
}

interface Need {
  readonly least: number;
  readonly why: string;
}

function needsOf(keys: ClientKeys, properties: Readonly<Record<string, string>>): Record<string, Need> {
  const { devices, consumers } = keys;
  if (devices === undefined || consumers === undefined) return {};
  return { ...connectionNeeds(keys, properties), ...groupNeeds(consumers) };
}

function connectionNeeds(
  keys: ClientKeys,
  properties: Readonly<Record<string, string>>,
): Record<string, Need> {
  const { devices = [], consumers = [], brokers = 1, coordination = "zookeeper" } = keys;
  const ofDevices = devices.reduce((sum, device) => sum + containerCount(device), 0);
  const ofConsumers = consumers
    .filter(({ type }) => type !== prometheusType)
    .reduce((sum, { replicas }) => sum + replicas, 0);
  // Each of them has a container that waits for it.
  const others = brokers > 1 ? 2 * (brokers - 1) : 0;
  const controllers = coordination === "kraft" ? separateControllers(brokers) : 0;
  const topicInitAndHost = 2;
  const sources = ofDevices + ofConsumers + others + controllers + topicInitAndHost;
  const fetchers = brokers > 1 ? Number(properties["num.replica.fetchers"] ?? 1) : 0;
  const ofOne = maxConnections + fetchers;
  return {
    "max.connections.per.ip": {
      least: ofOne,
      why: `a container may have up to ${maxConnections} connections to a broker${fetchers > 0 ? ", and another broker one more for each fetcher" : ""}`,
    },
    "max.connections": {
      least: sources * ofOne,
      why: `a broker has ${sources} containers and programs of this stack as clients, with up to ${ofOne} connections each`,
    },
    "max.connection.creation.rate": {
      least: sources,
      why: `a broker has ${sources} containers and programs of this stack as clients, and all of them connect after a restart`,
    },
  };
}

/** A member that was killed stays in its group until the end of its session, beside the one that comes in its place. */
function groupNeeds(consumers: readonly { readonly replicas: number }[]): Record<string, Need> {
  const most = Math.max(0, ...consumers.map(({ replicas }) => replicas));
  const why = `a group has up to ${most} replicas, and each of them twice for the time of a session after it was killed`;
  return { "group.max.size": { least: 2 * most, why } };
}
