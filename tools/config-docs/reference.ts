import { z } from "zod";
import { showDurationMs, showSizeBytes } from "../../infra/model/units";

/** A key of the configuration as its schema describes it. All texts are Markdown. */
export interface KeyReference {
  readonly name: string;
  /** What may be written: the remedy that the schema itself gives for a wrong value, without "write". */
  readonly value: string;
  /** What holds if the key is left out; undefined for a key that is required. */
  readonly fallback: string | undefined;
  /** The schema's description; undefined if it has none. */
  readonly meaning: string | undefined;
}

/** What {@link z.ZodType.meta} of a key may say beside its description. */
interface KeyMeta {
  readonly description?: string;
  /** What holds without the key, where no `default` of the schema says it: a text, or a value as a `default` has it. */
  readonly fallback?: string;
  readonly fallbackValue?: unknown;
}

/** The keys of an object of the configuration, in the order of its schema. @throws Error if the schema is of no object */
export function keysOf(schema: z.ZodType): KeyReference[] {
  return Object.entries(shapeOf(schema)).map(([name, field]) => keyOf(name, field));
}

/** The fields of an object's schema, whatever is wrapped around it. @throws Error if it is of no object */
function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  const object = objectIn(schema);
  if (object === undefined) throw new Error("the schema is of no object");
  return object.shape;
}

function objectIn(schema: z.ZodType): z.ZodObject<Record<string, z.ZodType>> | undefined {
  if (schema instanceof z.ZodObject) return schema;
  const inner = schema instanceof z.ZodPipe ? (schema.in as z.ZodType) : innerOf(schema);
  return inner === undefined ? undefined : objectIn(inner);
}

function keyOf(name: string, schema: z.ZodType): KeyReference {
  const remedy = remedyOf(schema);
  return {
    name,
    value: valueText(remedy),
    fallback: fallbackOf(schema, remedy),
    meaning: metaOf(schema).description,
  };
}

/** Optional, default and prefault keep the metadata of what they wrap; the outermost wins. */
function metaOf(schema: z.ZodType): KeyMeta {
  const inner = innerOf(schema);
  return { ...(inner === undefined ? {} : metaOf(inner)), ...(schema.meta() as KeyMeta | undefined) };
}

function innerOf(schema: z.ZodType): z.ZodType | undefined {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
    ? (schema.unwrap() as z.ZodType)
    : undefined;
}

/** One of the objects that a list takes, which differ by their `type`. */
export interface VariantReference {
  readonly type: string;
  readonly meaning: string | undefined;
  /** Its keys beside `type`. */
  readonly keys: readonly KeyReference[];
}

/** The objects of a union that is discriminated by `type`, in its order. */
export function variantsOf(union: z.ZodDiscriminatedUnion): VariantReference[] {
  return union.options.map((option) => {
    const schema = option as z.ZodType;
    const { type, ...rest } = shapeOf(schema);
    if (!(type instanceof z.ZodLiteral)) throw new Error("an object of the union has no type");
    return {
      type: String(type.value),
      meaning: metaOf(schema).description,
      keys: Object.entries(rest).map(([name, field]) => keyOf(name, field)),
    };
  });
}

/** What a schema says to somebody who writes a value that it never takes. */
function remedyOf(schema: z.ZodType): string {
  const result = schema.safeParse(Symbol("no value of the configuration"));
  return result.error?.issues[0]?.message ?? "";
}

/** @returns undefined if the key is required */
function fallbackOf(schema: z.ZodType, remedy: string): string | undefined {
  const { fallback, fallbackValue } = metaOf(schema);
  if (fallback !== undefined) return fallback;
  if (fallbackValue !== undefined) return defaultText(fallbackValue, remedy);
  const hasDefault = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  if (hasDefault && objectIn(schema) !== undefined) return "those of its keys";
  if (schema instanceof z.ZodDefault) return defaultText(schema.def.defaultValue, remedy);
  // What a prefault holds is what a user would write.
  if (schema instanceof z.ZodPrefault) return defaultText(schema.def.defaultValue, "");
  return schema instanceof z.ZodOptional ? "none" : undefined;
}

/** @param remedy shows in which unit a number is: schemas of durations give milliseconds, those of sizes bytes */
function defaultText(value: unknown, remedy: string): string {
  if (typeof value === "number") {
    if (remedy.startsWith("write a duration")) return code(showDurationMs(value));
    return remedy.startsWith("write a size") ? code(showSizeBytes(value)) : withCommas(String(value));
  }
  if (typeof value === "string") return code(value);
  return Object.keys(value as object).length === 0 ? "none" : code(JSON.stringify(value));
}

/** Turns a remedy into the text of a table's cell. */
function valueText(remedy: string): string {
  const choice = /^write one of: (.+)$/.exec(remedy);
  if (choice?.[1] !== undefined) return choice[1].split(", ").map(code).join(", ");
  return remedy
    .replace(/^write (?=times)/, "a list of ")
    .replace(/^list /, "a list of ")
    .replace(/^write /, "")
    .replace('a duration such as "500ms", "1s", "5m", or a number of seconds, ', "a duration ")
    .replace('a size such as "512MB", "1.5GB", ', "a size ")
    .replace(/such as ([[{].*)$/, (_, example: string) => `such as ${code(example)}`)
    .replace(/^settings by name, /, "an object ")
    .replace("from 0d to", "from 0 to")
    .replace("2147483647B", "2GB less 1B")
    .replace(/(?:^|(?<= ))\d{5,}\b(?![^`]*`$)/g, withCommas);
}

/** Writes 10000 as 10,000, and leaves a port such as 9092 as it is. */
const withCommas = (digits: string) => (digits.length < 5 ? digits : Number(digits).toLocaleString("en"));

const code = (text: string) => `\`${text}\``;
