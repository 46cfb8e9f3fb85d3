import { prometheusType } from "../../../contract/consumer-types";
import type { Problem } from "../../../contract/problems";
import { separateControllers } from "../../model/cluster";
import { containerCount } from "../../model/groups";
import { megabyteBytes } from "../../model/units";
import { valueRemedy } from "../kafka-properties/values";
import { givenProperty, type ParsedConfig, problemWith } from "../parsed-config";

/**
 * Connections to one broker that each container may have, and all programs of the host together, which share one address. A lake, which has
 * the most, was seen with 4. A lost connection counts until the broker notices the loss.
 */
const maxConnections = 16;

/** Heap that a broker needs beside the buffer of the log cleaner: a heap of 192 MB is enough for Kafka's default buffer of 128 MB. */
const besideCleanerMegabytes = 64;
const cleanerBuffer = "log.cleaner.dedupe.buffer.size";

/** Kafka's limits that are lower than what the stack needs, or higher than what the heap allows. */
export function brokerLimitProblems(config: ParsedConfig): Problem[] {
  const { kafka } = config;
  if (kafka === undefined) return [];
  const { properties, heapMegabytes } = kafka.value;
  const report = (name: string, remedy: string): Problem[] => {
    // Another rule reports a value that Kafka itself refuses.
    const context = { kafkaMajor: undefined, coordination: undefined };
    if (valueRemedy(name, context, properties[name] ?? "") !== undefined) return [];
    return [problemWith(givenProperty(config, name), remedy)];
  };
  const below = Object.entries(needsOf(config, properties)).flatMap(([name, { minimum, why }]) => {
    const value = properties[name];
    return value === undefined || Number(value) >= minimum
      ? []
      : report(name, `raise it to at least ${minimum}: ${why}`);
  });
  const maxBuffer = (heapMegabytes - besideCleanerMegabytes) * megabyteBytes;
  if (!(Number(properties[cleanerBuffer] ?? 0) > maxBuffer)) return below;
  const remedy = `lower it to at most ${maxBuffer}, or raise kafka.heap: a broker takes this much of its heap when it starts`;
  return [...below, ...report(cleanerBuffer, remedy)];
}

interface Need {
  readonly minimum: number;
  readonly why: string;
}

function needsOf(config: ParsedConfig, properties: Readonly<Record<string, string>>): Record<string, Need> {
  if (config.devices === undefined || config.consumers === undefined) return {};
  return { ...connectionNeeds(config, properties), ...groupNeeds(config) };
}

function connectionNeeds(
  { devices = [], consumers = [], assumed: { brokers, coordination } }: ParsedConfig,
  properties: Readonly<Record<string, string>>,
): Record<string, Need> {
  const ofDevices = devices.reduce((sum, { value }) => sum + containerCount(value), 0);
  const ofConsumers = consumers
    .filter(({ value }) => value.type !== prometheusType)
    .reduce((sum, { value }) => sum + value.replicas, 0);
  // Each other broker, and the container that waits for it.
  const others = brokers > 1 ? 2 * (brokers - 1) : 0;
  const controllers = coordination === "kraft" ? separateControllers(brokers) : 0;
  const topicInitAndHost = 2;
  const sources = ofDevices + ofConsumers + others + controllers + topicInitAndHost;
  const fetchers = brokers > 1 ? Number(properties["num.replica.fetchers"] ?? 1) : 0;
  const ofEach = maxConnections + fetchers;
  return {
    "max.connections.per.ip": {
      minimum: ofEach,
      why: `a container may have up to ${maxConnections} connections to a broker${fetchers > 0 ? ", and another broker one more for each fetcher" : ""}`,
    },
    "max.connections": {
      minimum: sources * ofEach,
      why: `a broker has ${sources} containers and programs of this stack as clients, with up to ${ofEach} connections each`,
    },
    "max.connection.creation.rate": {
      minimum: sources,
      why: `a broker has ${sources} containers and programs of this stack as clients, and all of them connect after a restart`,
    },
  };
}

/** A member that was killed stays in its group until its session ends, beside the member that replaces it. */
function groupNeeds({ consumers = [] }: ParsedConfig): Record<string, Need> {
  const replicas = Math.max(0, ...consumers.map(({ value }) => value.replicas));
  const why = `a group has up to ${replicas} replicas, and a killed replica counts twice until its session ends`;
  return { "group.max.size": { minimum: 2 * replicas, why } };
}
