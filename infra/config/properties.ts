import type { Problem } from "../../contract/problems";
import { propertyVariable } from "../model/cluster";
import { isPropertyValue } from "./kafka";
import { nearest } from "./nearest";
import { ownedRemedy } from "./owned-properties";
import { orderRemedies } from "./property-order";
import { knownProperties, type RuleContext, ruleOf, valueRemedy } from "./property-rules";
import { topicConfigNames } from "./topic-settings";

/** What decides whether a broker property is right, as far as it could be read. */
export interface PropertyContext extends RuleContext {
  readonly brokers: number | undefined;
}

/**
 * What is wrong with the broker properties under `kafka.properties`. They are looked for in what the user wrote, so that they are
 * told also when something else under `kafka` is wrong.
 */
export function propertyProblems(
  raw: Readonly<Record<string, unknown>>,
  context: PropertyContext,
): Problem[] {
  const properties = (raw["kafka"] as { properties?: unknown } | null | undefined)?.properties;
  if (typeof properties !== "object" || properties === null || Array.isArray(properties)) return [];
  const pathOf = (name: string) => `kafka.properties["${name}"]`;
  const ofOne = Object.entries(properties).flatMap(([name, value]: [string, unknown]): Problem[] => {
    // Of another type than these the schema has told already.
    if (!isPropertyValue(value)) return [];
    const remedy = nameRemedy(name, context) ?? propertyValueRemedy(name, String(value), context);
    return remedy === undefined ? [] : [{ path: pathOf(name), found: value, remedy }];
  });
  const told = new Set(ofOne.map(({ path }) => path));
  const all = properties as Readonly<Record<string, unknown>>;
  const between = orderRemedies(all, context.kafkaMajor)
    .map(({ property, remedy }): Problem => ({ path: pathOf(property), found: all[property], remedy }))
    .filter(({ path }) => !told.has(path));
  return [...ofOne, ...between];
}

/** Kafka ignores a name that it does not know, without a word, so one that is misspelt is told here. */
function nameRemedy(name: string, { kafkaMajor }: PropertyContext): string | undefined {
  // What holds of a property holds of it for one listener too (KIP-103).
  const property = name.replace(/^listener\.name\.[^.]+\./, "");
  const owned = ownedRemedy(property);
  if (owned !== undefined) return `remove it; ${owned}`;
  if (!isExpressible(name)) {
    return "remove it; the image takes only names of lower-case letters, digits, dots, underscores and hyphens";
  }
  if (ruleOf(property, kafkaMajor) !== undefined) return undefined;
  if (ruleOf(property, undefined) !== undefined)
    return `remove it; Kafka ${kafkaMajor ?? ""} has no such property`;
  const topicSetting = Object.entries(topicConfigNames).find(([, config]) => config === name)?.[0];
  if (topicSetting !== undefined) return `remove it; it is a topic's: set topicDefaults.${topicSetting}`;
  const near = nearest(property, knownProperties(kafkaMajor));
  if (near !== undefined) return `remove it; did you mean ${near}?`;
  if (mayBePlugins(name)) return undefined;
  return `remove it; Kafka has no such broker property (https://kafka.apache.org/documentation/#brokerconfigs)`;
}

const pluginPrefixes = ["metrics.context.", "remote.log.", "rlmm.config.", "rsm.config.", "confluent."];

/** Reporters, policies and other plugins take properties by names of their own, beside the families that Kafka has. */
function mayBePlugins(name: string): boolean {
  if (pluginPrefixes.some((prefix) => name.startsWith(prefix))) return true;
  const [family, ...rest] = name.split(".");
  return rest.length > 0 && !knownProperties(undefined).some((property) => property.split(".")[0] === family);
}

/** Whether the image makes the same name out of the variable again. */
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
  const property = name.replace(/^listener\.name\.[^.]+\./, "");
  const remedy = valueRemedy(property, context, value);
  const { brokers } = context;
  if (remedy !== undefined) return remedy;
  if (property === "default.replication.factor" && brokers !== undefined && Number(value) > brokers)
    return `it exceeds brokers (${brokers}); lower it or add brokers`;
  return undefined;
}
