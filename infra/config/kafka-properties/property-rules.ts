import type { Problem } from "../../../contract/problems";
import { logCleanerBufferBytes, propertyVariable } from "../../model/cluster";
import { givenProperty, type ParsedConfig, problemWith, writtenProperties } from "../parsed-config";
import { kafkaVersion } from "../schema/images";
import { isPropertyValue, topicConfigNames } from "../schema/kafka";
import { nearest } from "../suggestions";
import { ownedRemedy } from "./stack-properties";
import { type KafkaMajor, knownProperties, ruleOf, type RuleContext, valueRemedy } from "./values";

type Properties = Readonly<Record<string, unknown>>;

/** The configuration that decides whether a broker property is right, as far as it can be read. */
interface PropertyContext extends RuleContext {
  readonly brokers: number | undefined;
}

/**
 * What is wrong with the broker properties under `kafka.properties`. The rule looks at what the user wrote, so that it finds problems also if
 * something else under `kafka` is wrong.
 */
export function propertyProblems(config: ParsedConfig): Problem[] {
  const properties = writtenProperties(config);
  const context = {
    brokers: config.brokers?.value,
    coordination: config.coordination?.value,
    kafkaMajor: kafkaMajorOf(config),
  };
  const ofOne = Object.entries(properties).flatMap(([name, value]): Problem[] => {
    // The schema reports values of other types.
    if (!isPropertyValue(value)) return [];
    const remedy = nameRemedy(name, context) ?? propertyValueRemedy(name, String(value), context);
    return remedy === undefined ? [] : [problemWith(givenProperty(config, name), remedy)];
  });
  const reported = new Set(ofOne.map(({ path }) => path));
  const between = orderRemedies(properties, context.kafkaMajor)
    .map(({ property, remedy }) => problemWith(givenProperty(config, property), remedy))
    .filter(({ path }) => !reported.has(path));
  return [...ofOne, ...between];
}

/** The Kafka whose properties are meant: ZooKeeper ended with Kafka 3. */
function kafkaMajorOf({ images, coordination }: ParsedConfig): KafkaMajor | undefined {
  const major = images && kafkaVersion(images.value.kafka)?.major;
  return major === 3 || major === 4 ? major : coordination?.value === "zookeeper" ? 3 : undefined;
}

/** Kafka silently ignores an unknown name, so a misspelt name is reported here. */
function nameRemedy(name: string, { kafkaMajor }: PropertyContext): string | undefined {
  const property = withoutListener(name);
  const ownedBy = ownedRemedy(property);
  if (ownedBy !== undefined) return `remove it; ${ownedBy}`;
  if (!isExpressible(name))
    return "remove it; the image takes only names of lower-case letters, digits, dots, underscores and hyphens";
  if (ruleOf(property, kafkaMajor) !== undefined) return undefined;
  if (ruleOf(property, undefined) !== undefined)
    return `remove it; Kafka ${kafkaMajor ?? ""} has no such property`;
  const topicSetting = Object.entries(topicConfigNames).find(([, config]) => config === name)?.[0];
  if (topicSetting !== undefined)
    return `remove it; it is a property of topics: set topicDefaults.${topicSetting}`;
  const near = nearest(property, knownProperties(kafkaMajor));
  if (near !== undefined) return `remove it; did you mean ${near}?`;
  if (mayBePlugins(name)) return undefined;
  return `remove it; Kafka has no such broker property (https://kafka.apache.org/documentation/#brokerconfigs)`;
}

/** What is true of a property is also true of the property for one listener (KIP-103). */
const withoutListener = (name: string) => name.replace(/^listener\.name\.[^.]+\./, "");

const pluginPrefixes = ["metrics.context.", "remote.log.", "rlmm.config.", "rsm.config.", "confluent."];

/** Reporters, policies and other plugins have properties with names of their own, outside the families of Kafka's properties. */
function mayBePlugins(name: string): boolean {
  if (pluginPrefixes.some((prefix) => name.startsWith(prefix))) return true;
  const [family, ...rest] = name.split(".");
  return rest.length > 0 && !knownProperties(undefined).some((property) => property.split(".")[0] === family);
}

/** Whether the image turns the variable back into the same name. */
function isExpressible(name: string): boolean {
  if (!/^[a-z0-9._-]+$/.test(name)) return false;
  const parts = propertyVariable(name)
    .replace(/^KAFKA_/, "")
    .toLowerCase()
    .split(/(_+)/);
  const back = parts.map((part) => ({ _: ".", __: "_", ___: "-" })[part] ?? part).join("");
  return back === name;
}

function propertyValueRemedy(name: string, value: string, context: PropertyContext): string | undefined {
  if (/\p{Cc}/u.test(value)) return "write it in one line, without control characters";
  const property = withoutListener(name);
  const remedy = valueRemedy(property, context, value);
  const { brokers } = context;
  if (remedy !== undefined) return remedy;
  if (property === "default.replication.factor" && brokers !== undefined && Number(value) > brokers)
    return `it exceeds brokers (${brokers}); lower it or add brokers`;
  return undefined;
}

/** A property, and the value that it has if nobody sets it. */
type Side = readonly [property: string, unset: number];

/** Two properties of which one must not be above the other, or a broker does not start. */
interface Order {
  readonly lesser: Side;
  readonly greater: Side;
  /** The greater must be this many times the lesser; 1 if left out. */
  readonly times?: number;
  /** The greater must be above that by this much; 0 if left out. */
  readonly beyond?: number;
  /** Below this, the greater means no limit. */
  readonly unlimitedBelow?: number;
}

/** The minimum, the default and the maximum that a member of one of the newer kinds of groups may ask for (KIP-848, KIP-932, KIP-1071). */
function groupOrders(setting: string, ...[min, usual, max]: readonly [number, number, number]): Order[] {
  return ["consumer", "share", "streams"].flatMap((kind) => {
    const own: Side = [`group.${kind}.${setting}`, usual];
    return [
      { lesser: [`group.${kind}.min.${setting}`, min], greater: own },
      { lesser: own, greater: [`group.${kind}.max.${setting}`, max] },
    ];
  });
}

/** The orders that `KafkaConfig.validateValues` of Kafka 3.9 and 4 checks, with the defaults there. */
const orders: readonly Order[] = [
  { lesser: ["replica.fetch.wait.max.ms", 500], greater: ["replica.lag.time.max.ms", 30_000] },
  { lesser: ["replica.fetch.wait.max.ms", 500], greater: ["replica.socket.timeout.ms", 30_000] },
  {
    lesser: ["socket.request.max.bytes", 104_857_600],
    greater: ["queued.max.request.bytes", -1],
    unlimitedBelow: 1,
  },
  {
    lesser: ["connection.failed.authentication.delay.ms", 100],
    greater: ["connections.max.idle.ms", 600_000],
    beyond: 1,
    unlimitedBelow: 0,
  },
  {
    lesser: ["log.cleaner.threads", 1],
    greater: ["log.cleaner.dedupe.buffer.size", logCleanerBufferBytes],
    // More than 1 MB for each thread.
    times: 2 ** 20 + 1,
  },
  ...groupOrders("heartbeat.interval.ms", 5_000, 5_000, 15_000),
  ...groupOrders("session.timeout.ms", 45_000, 45_000, 60_000),
  ...groupOrders("assignment.interval.ms", 0, 1_000, 15_000),
  {
    lesser: ["group.share.min.record.lock.duration.ms", 15_000],
    greater: ["group.share.record.lock.duration.ms", 30_000],
  },
  {
    lesser: ["group.share.record.lock.duration.ms", 30_000],
    greater: ["group.share.max.record.lock.duration.ms", 60_000],
  },
  {
    lesser: ["group.share.min.partition.max.record.locks", 100],
    greater: ["group.share.partition.max.record.locks", 2_000],
  },
  {
    lesser: ["group.share.partition.max.record.locks", 2_000],
    greater: ["group.share.max.partition.max.record.locks", 4_000],
  },
  { lesser: ["group.share.max.size", 200], greater: ["group.share.max.share.sessions", 2_000] },
  { lesser: ["group.streams.num.standby.replicas", 0], greater: ["group.streams.max.standby.replicas", 2] },
];

/** Properties that are in the wrong order with others, each with what to write instead. */
function orderRemedies(
  properties: Properties,
  kafkaMajor: KafkaMajor | undefined,
): readonly { readonly property: string; readonly remedy: string }[] {
  const isKnown = ([property]: Side) => ruleOf(property, kafkaMajor) !== undefined;
  const known = orders.filter(({ lesser, greater }) => isKnown(lesser) && isKnown(greater));
  return known.flatMap(({ lesser, greater, times = 1, beyond = 0, unlimitedBelow = -Infinity }) => {
    const [low, high] = [valueOf(lesser, properties), valueOf(greater, properties)];
    const min = low * times + beyond;
    // Another rule reports values that are not numbers.
    if (!(high < min) || high < unlimitedBelow) return [];
    const [property, remedy] =
      greater[0] in properties
        ? [greater[0], `raise it to at least ${min}, or lower ${lesser[0]} (${low})`]
        : [
            lesser[0],
            `lower it to at most ${Math.floor((high - beyond) / times)}, or raise ${greater[0]} (${high})`,
          ];
    return [{ property, remedy: `${remedy}: otherwise a broker does not start` }];
  });
}

function valueOf([property, unset]: Side, properties: Properties): number {
  const value = property in properties ? properties[property] : unset;
  return isPropertyValue(value) && typeof value !== "boolean" ? Number(String(value)) : Number.NaN;
}
