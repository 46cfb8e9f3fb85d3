import { z } from "zod";
import { parseJson } from "../values/json";
import { topicNamePattern } from "../values/fields";
import { type Problem, problemsOf, showProblem } from "../problems";

/**
 * Codecs between typed settings and the strings of a process environment. One schema made of them types both ends of
 * a container's environment: infra writes it with {@link writeEnvironment}, the app reads it with
 * {@link parseEnvironment}.
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

/** A list of names that hold no comma, joined by commas; empty for none. */
export const commaList = (meaning: string, pattern = /^[^,]+$/) =>
  z
    .codec(z.string(`set it to ${meaning}, separated by commas`), z.array(z.string()), {
      decode: (joined) => (joined === "" ? [] : joined.split(",")),
      encode: (items) => items.join(","),
    })
    .refine((items) => items.every((item) => pattern.test(item)), {
      message: `set it to ${meaning}, separated by commas and nothing else`,
    });

/** Anything that `schema` describes, as JSON. */
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

/** What every app of the image is told. */
export const CommonEnvironment = z.object({
  /** Brokers to find the cluster by, as `host:port`. Kafka's `bootstrap.servers`. */
  KAFKA_BOOTSTRAP_SERVERS: commaList("brokers as host:port").refine(
    (servers) => servers.length > 0 && servers.every(isAddress),
    {
      message: "set it to at least one broker as host:port, such as 127.0.0.1:9092",
    },
  ),
  /** Lines for people (`pretty`) or one JSON object a line for machines (`json`). */
  LOG_FORMAT: z.enum(["pretty", "json"], "set it to pretty or json").default("pretty"),
  /** The least serious lines to log; `debug` also shows the stack of a failure. */
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error"], "set it to debug, info, warn or error").optional(),
  /** Asks for colours where no terminal is, as many programs know it; `npm run logs` shows them on one. */
  FORCE_COLOR: z.string().optional(),
  /**
   * Where the app answers `/metrics` and `/healthz`; 0 for any port that is free. Without it the app answers nothing: outside a
   * container nobody asks.
   */
  METRICS_PORT: wholeNumber(0, 65_535).optional(),
});

export type CommonEnvironment = z.output<typeof CommonEnvironment>;

/** What every consumer is told, whatever its type. */
export const ConsumerEnvironment = CommonEnvironment.extend({
  CONSUMER_NAME: text("the consumer's name"),
  /** Kafka's `group.id`. */
  CONSUMER_GROUP: text("the consumer group's id"),
  CONSUMER_TOPICS: commaList("the topics to read", topicNamePattern),
});
export type ConsumerEnvironment = z.output<typeof ConsumerEnvironment>;

/** The environment as a process has it: strings by name. */
export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/** An environment that does not describe what the app needs; its message lists every problem, a line each. */
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
 * @throws EnvironmentError with all problems at once.
 */
export function parseEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  environment: ProcessEnvironment,
): z.output<Schema> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  throw new EnvironmentError(problemsOf(result.error, readably(environment)));
}

/** The same environment with its JSON opened, so that a problem deep in a value can show what stands there. */
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

/** Typed settings of an app; what has a default may be left to it. */
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

/** Writes typed settings as `NAME=value` lines, sorted, so that equal settings give equal containers. */
export function writeEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  settings: EnvironmentSettings<Schema>,
): string[] {
  const encoded = z.encode(schema.partial(), settings) as Record<string, string | undefined>;
  return environmentLines(encoded);
}

/** Writes variables as `NAME=value` lines, sorted: Docker's provider compares them in order. Leaves out undefined ones. */
export function environmentLines(variables: ProcessEnvironment): string[] {
  return Object.entries(variables)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}
