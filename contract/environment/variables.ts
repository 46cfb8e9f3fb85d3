import { z } from "zod";
import { parseJson } from "../values/json";
import { topicNamePattern } from "../values/fields";
import { type Problem, problemsOf, showProblem } from "../problems";

/**
 * Codecs between typed settings and the strings of a process environment. One schema made of them types both ends of a container's
 * environment: infra writes it with {@link writeEnvironment}, and the app reads it with {@link parseEnvironment}.
 */

/** A non-empty text. */
export const text = (meaning: string) => z.string(`set it to ${meaning}`).min(1, `set it to ${meaning}`);

/** A whole number within bounds, as decimal digits. */
export const wholeNumber = (minimum: number, maximum: number) => {
  const remedy = `set it to a whole number from ${minimum} to ${maximum}`;
  return z.codec(
    z.string(remedy).regex(/^\d+$/, remedy),
    z.number(remedy).int(remedy).min(minimum, remedy).max(maximum, remedy),
    { decode: Number, encode: String },
  );
};

/** A truth value, as `true` or `false`. */
export const flag = () =>
  z.codec(z.enum(["true", "false"], "set it to true or false"), z.boolean(), {
    decode: (word) => word === "true",
    encode: (value) => (value ? ("true" as const) : ("false" as const)),
  });

/** A list of names without commas, joined by commas; empty for no names. */
export const commaList = (meaning: string, pattern = /^[^,]+$/) =>
  z
    .codec(z.string(`set it to ${meaning}, separated by commas`), z.array(z.string()), {
      decode: (joined) => (joined === "" ? [] : joined.split(",")),
      encode: (items) => items.join(","),
    })
    .refine((items) => items.every((item) => pattern.test(item)), {
      message: `set it to ${meaning}, separated by commas and nothing else`,
    });

/** A value that `schema` describes, as JSON. */
export const json = <Schema extends z.ZodType>(schema: Schema, example: string) =>
  z.codec(z.string(`set it to JSON such as ${example}`), schema, {
    decode: (source, context) => {
      try {
        return parseJson(source) as z.input<Schema>;
      } catch {
        context.issues.push({
          code: "custom",
          input: source,
          message: `set it to JSON such as ${example}`,
        });
        return z.NEVER;
      }
    },
    encode: (value) => JSON.stringify(value),
  });

const isAddress = (server: string) => {
  const port = Number(/^[^\s:]+:(\d{1,5})$/.exec(server)?.[1]);
  return port >= 1 && port <= 65_535;
};

/** Environment of every app of the image. */
export const CommonEnvironment = z.object({
  /** Brokers through which to find the cluster, as `host:port`: Kafka's `bootstrap.servers`. */
  KAFKA_BOOTSTRAP_SERVERS: commaList("brokers as host:port").refine(
    (servers) => servers.length > 0 && servers.every(isAddress),
    {
      message: "set it to at least one broker as host:port, such as 127.0.0.1:9092",
    },
  ),
  /** Lines for people (`pretty`) or one JSON object a line for machines (`json`). */
  LOG_FORMAT: z.enum(["pretty", "json"], "set it to pretty or json").default("pretty"),
  /** The least serious level to log; `debug` also shows the stack trace of a failure. */
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error"], "set it to debug, info, warn or error").optional(),
  /** Asks for colours although the output is not a terminal, as in many programs; `npm run logs` shows them. */
  FORCE_COLOR: z.string().optional(),
  /**
   * The port at which the app answers `/metrics` and `/healthz`; 0 for any free port. Without it the app has no port: outside a container
   * nobody asks.
   */
  METRICS_PORT: wholeNumber(0, 65_535).optional(),
});

export type CommonEnvironment = z.output<typeof CommonEnvironment>;

/** Environment of every consumer, whatever its type. */
export const ConsumerEnvironment = CommonEnvironment.extend({
  CONSUMER_NAME: text("the consumer's name"),
  /** Kafka's `group.id`. */
  CONSUMER_GROUP: text("the consumer group's id"),
  CONSUMER_TOPICS: commaList("the topics to read", topicNamePattern),
});
export type ConsumerEnvironment = z.output<typeof ConsumerEnvironment>;

/** The environment of a process: strings by name. */
export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/** An environment with which the app cannot work. The message lists every problem, one line each. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
  constructor(readonly problems: readonly Problem[]) {
    super(
      ["The environment is not usable:", ...problems.map((problem) => `  - ${showProblem(problem)}`)].join(
        "\n",
      ),
    );
  }
}

/**
 * Reads the typed settings of an app from its environment.
 * @throws EnvironmentError with all problems at once
 */
export function parseEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  environment: ProcessEnvironment,
): z.output<Schema> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  throw new EnvironmentError(problemsOf(result.error, readably(environment)));
}

/** The same environment with its JSON parsed, so that a problem deep in a value can show the value found there. */
function readably(environment: ProcessEnvironment): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => {
      if (!value?.startsWith("[")) return [name, value];
      try {
        return [name, parseJson(value)];
      } catch {
        return [name, value];
      }
    }),
  );
}

/** Typed settings of an app; settings with a default are optional. */
export type EnvironmentSettings<Schema extends z.ZodObject> = {
  [
    Name in keyof z.output<Schema> as Name extends OptionalNames<z.input<Schema>> ? never : Name
  ]: z.output<Schema>[Name];
} & {
  [Name in keyof z.output<Schema> as Name extends OptionalNames<z.input<Schema>> ? Name : never]?:
    z.output<Schema>[Name] | undefined;
};
type OptionalNames<Shape> = {
  [Name in keyof Shape]-?: undefined extends Shape[Name] ? Name : never;
}[keyof Shape];

/** Writes typed settings as variables by name. Settings that are left to their defaults have no variable. */
export function encodeEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  settings: EnvironmentSettings<Schema>,
): Record<string, string> {
  const encoded = z.encode(partialOf(schema), settings) as Record<string, string | undefined>;
  return Object.fromEntries(
    Object.entries(encoded).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Making a schema takes longer than using it, and a stack has thousands of containers. */
const partials = new WeakMap<z.ZodObject, z.ZodObject>();

function partialOf(schema: z.ZodObject): z.ZodObject {
  const partial = partials.get(schema) ?? schema.partial();
  partials.set(schema, partial);
  return partial;
}

/** Writes typed settings as `NAME=value` lines, sorted, so that equal settings give equal containers. */
export function writeEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  settings: EnvironmentSettings<Schema>,
): string[] {
  return environmentLines(encodeEnvironment(schema, settings));
}

/** Writes variables as `NAME=value` lines, sorted, because Docker's provider compares them in order. Leaves out undefined variables. */
export function environmentLines(variables: ProcessEnvironment): string[] {
  return Object.entries(variables)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}
