import known from "./broker-properties.json";

/** The major versions of Kafka whose properties are known. */
export type KafkaMajor = 3 | 4;

type Rule = string | { readonly 3?: string; readonly 4?: string };
const rules = new Map<string, Rule>(Object.entries(known.properties));

/** All properties of a version, or of any if it is not known which it will be. */
export function knownProperties(major: KafkaMajor | undefined): string[] {
  return [...rules.keys()].filter((name) => ruleOf(name, major) !== undefined);
}

/** What Kafka says of a property's values, as `int [1,...]`; undefined if that version has no such property. */
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
 * What to write instead of a value that Kafka would not start with, by the property's rule in the notation of Kafka's
 * documentation: `int [1,...]`, `double [0,...,1]`, `list [compact, delete]`, `int [1,...,9] or -1`.
 * @returns undefined if the value is right, or the rule says nothing of it.
 */
export function valueRemedy(rule: string, value: string): string | undefined {
  const [, type = "", valid = ""] = /^(\S+) ?(.*)$/s.exec(rule) ?? [];
  if (type === "boolean") return /^(true|false)$/i.test(value) ? undefined : "write true or false";
  if (type in wholeBounds || type === "double") return numberRemedy(type, valid, value);
  const choices = /^\[([^\]]*)\]$/.exec(valid)?.[1]?.split(", ");
  if (choices === undefined) return undefined;
  const items = type === "list" ? value.split(",").map((item) => item.trim()) : [value];
  if (items.every((item) => choices.includes(item))) return undefined;
  return type === "list"
    ? `write a comma-separated list of ${choices.join(", ")}`
    : `write one of: ${choices.join(", ")}`;
}

function numberRemedy(type: string, valid: string, value: string): string | undefined {
  const whole = type !== "double";
  const [, low, high, orElse] = /^\[(-?\d+),\.\.\.(?:,(-?\d+))?\](?: or (-?\d+))?$/.exec(valid) ?? [];
  if (value === orElse) return undefined;
  const [least, most] = wholeBounds[type] ?? [];
  const minimum = low ?? least;
  const maximum = high ?? most;
  const isNumber = whole ? /^-?\d+$/.test(value) : value.trim() !== "" && Number.isFinite(Number(value));
  // Kafka's longs are beyond what a number holds exactly.
  const parse = (text: string | bigint) => (whole ? BigInt(text) : Number(text));
  const isBelow = isNumber && minimum !== undefined && parse(value) < parse(minimum);
  const isAbove = isNumber && maximum !== undefined && parse(value) > parse(maximum);
  if (isNumber && !isBelow && !isAbove) return undefined;
  const what = whole ? "a whole number" : "a number";
  // The bounds of the type itself say something only to whom has gone beyond them.
  const from = low === undefined ? "" : ` from ${low}`;
  const to = high !== undefined || isAbove ? ` to ${maximum}` : "";
  return `write ${what}${from}${to}${low !== undefined && to === "" ? " on" : ""}${orElse === undefined ? "" : `, or ${orElse}`}`;
}
