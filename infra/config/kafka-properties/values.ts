import known from "./broker-properties.json";
import { narrowerRules } from "./stack-properties";

/** The major versions of Kafka whose properties are known. */
export type KafkaMajor = 3 | 4;

/** The configuration that decides which rules apply, as far as it is known. */
export interface RuleContext {
  /** Undefined if the image's name does not show it. */
  readonly kafkaMajor: KafkaMajor | undefined;
  readonly coordination: "zookeeper" | "kraft" | undefined;
}

type Rule = string | { readonly 3?: string; readonly 4?: string };
const rules = new Map<string, Rule>(Object.entries(known.properties));

/** All properties of a version, or of any version if it is unknown. */
export function knownProperties(major: KafkaMajor | undefined): string[] {
  return [...rules.keys()].filter((name) => ruleOf(name, major) !== undefined);
}

/** Kafka's rule for the values of a property, such as `int [1,...]`; undefined if that version has no such property. */
export function ruleOf(property: string, major: KafkaMajor | undefined): string | undefined {
  const rule = rules.get(property);
  if (rule === undefined || typeof rule === "string") return rule;
  return major === undefined ? (rule[3] ?? rule[4]) : rule[major];
}

const wholeBounds: Readonly<Record<string, readonly [bigint, bigint]>> = {
  short: [-(2n ** 15n), 2n ** 15n - 1n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
};

/**
 * What to write instead of a value with which Kafka would not start or this stack would not work. Rules are in the notation of Kafka's
 * documentation: `int [1,...]`, `double [0,...,1]`, `list [compact, delete]`, `int [1,...,9] or -1`.
 * @param property a property without a rule can have any value
 * @returns undefined if the value is right, or no rule applies to it
 */
export function valueRemedy(property: string, context: RuleContext, value: string): string | undefined {
  const rule = ruleOf(property, context.kafkaMajor) ?? "";
  const [, type = "", listed = ""] = /^(\S+) ?(.*)$/s.exec(rule) ?? [];
  const { valid = listed, mustHave, why } = narrowerRules.get(property) ?? {};
  if (type === "boolean") return /^(true|false)$/i.test(value) ? undefined : "write true or false";
  if (type in wholeBounds || type === "double")
    return withReason(numberRemedy(type, valid, value), why) ?? numberRemedy(type, listed, value);
  const choices = /^\[([^\]]*)\]$/
    .exec(valid)?.[1]
    ?.split(", ")
    .filter((choice) => isFor(property, context.coordination, choice));
  if (choices === undefined) return undefined;
  if (choices.every((choice) => /^\d+\.\d+/.test(choice))) return versionRemedy(choices, value);
  return type === "list"
    ? withReason(listRemedy(choices, mustHave, value), why)
    : choices.includes(value)
      ? undefined
      : `write one of: ${choices.join(", ")}`;
}

function listRemedy(
  choices: readonly string[],
  mustHave: string | undefined,
  value: string,
): string | undefined {
  const items = value.split(",").map((item) => item.trim());
  const isComplete = mustHave === undefined || items.includes(mustHave);
  if (isComplete && items.every((item) => choices.includes(item))) return undefined;
  const having = mustHave === undefined ? "" : `, with ${mustHave} in it`;
  return `write a comma-separated list of ${choices.join(", ")}${having}`;
}

function withReason(remedy: string | undefined, why: string | undefined): string | undefined {
  return remedy === undefined || why === undefined ? remedy : `${remedy}: ${why}`;
}

/**
 * Whether a choice is possible with the cluster's coordination: the new group protocol needs KRaft (KIP-848), and each mode has only those
 * protocols between brokers that existed for it.
 */
function isFor(property: string, coordination: RuleContext["coordination"], choice: string): boolean {
  if (coordination === undefined) return true;
  const kraft = coordination === "kraft";
  if (property === "group.coordinator.rebalance.protocols") return kraft || choice !== "consumer";
  if (property !== "inter.broker.protocol.version") return true;
  return kraft ? /^(3\.(?!0-IV0)|4\.)/.test(choice) : !/^0\.(8|9|10)\./.test(choice);
}

/**
 * Kafka lists versions by its internal names, such as `3.8-IV0`. `3.8` and `3.8.1` mean the last internal version of 3.8; very old versions
 * have three numbers (`MetadataVersion.fromVersionString`).
 */
function versionRemedy(choices: readonly string[], value: string): string | undefined {
  // Only Kafka 3 has properties of this kind. Its versions of Kafka 4 are unfinished and have no short name.
  const plain = choices
    .map((choice) => choice.replace(/-IV\d+$/, ""))
    .filter((version) => !version.startsWith("4."));
  const short = /^(0\.\d+\.\d+|[1-9]\d*\.\d+)(\.\d+)*$/.exec(value)?.[1];
  if (choices.includes(value) || (short !== undefined && plain.includes(short))) return undefined;
  return `write a version such as ${[...new Set(plain)].slice(-3).join(", ")}`;
}

function numberRemedy(type: string, valid: string, value: string): string | undefined {
  const whole = type !== "double";
  const [, low, high, orElse] =
    /^\[(-?[\d.]+\d|-?\d),\.\.\.(?:,(-?\d+))?\](?: or (-?\d+))?$/.exec(valid) ?? [];
  if (value === orElse) return undefined;
  const [typeMinimum, typeMaximum] = wholeBounds[type] ?? [];
  const minimum = low ?? typeMinimum;
  const maximum = high ?? typeMaximum;
  const isNumber = whole ? /^-?\d+$/.test(value) : value.trim() !== "" && Number.isFinite(Number(value));
  // A JavaScript number cannot hold all of Kafka's long numbers exactly.
  const parse = (text: string | bigint) => (whole ? BigInt(text) : Number(text));
  const isBelow = isNumber && minimum !== undefined && parse(value) < parse(minimum);
  const isAbove = isNumber && maximum !== undefined && parse(value) > parse(maximum);
  if (isNumber && !isBelow && !isAbove) return undefined;
  const what = whole ? "a whole number" : "a number";
  // The bounds of the type itself help only a user who has exceeded them.
  const from = low === undefined ? "" : ` from ${low}`;
  const to = high !== undefined || isAbove ? ` to ${maximum}` : "";
  return `write ${what}${from}${to}${low !== undefined && to === "" ? " on" : ""}${orElse === undefined ? "" : `, or ${orElse}`}`;
}
