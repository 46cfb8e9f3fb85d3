import type { z } from "zod";
import { type Problem, problemsOf, showProblem } from "../../apps/shared/contract/problems";
import { longestStackName } from "../plan/names";
import { relationProblems, repeatedNameProblems } from "./relations";
import { StackConfig } from "./schema";
import type { TopicConfig } from "./topic-settings";

type Config = z.output<typeof StackConfig>;

/** A sensor as the stack is to have it. */
export interface SensorSpec {
  readonly name: string;
  /** Time between two observations, in milliseconds. */
  readonly interval: number;
}

/** A device as the stack is to have it, its defaults filled in. */
export interface DeviceSpec {
  readonly name: string;
  readonly topic: string;
  readonly sensors: readonly SensorSpec[];
  /** Kafka's configs of its topic by name: those of all topics, overlaid with what the devices of this topic set. */
  readonly topicConfig: TopicConfig;
}

/** A whole stack as it is to be: the checked configuration, its defaults filled in. */
export interface StackSpec extends Omit<
  Config,
  "devices" | "sensors" | "replicationFactor" | "topicDefaults"
> {
  readonly stack: string;
  readonly devices: readonly DeviceSpec[];
  readonly replicationFactor: number;
}

/** A configuration that no stack can be made of; its message lists every problem, a line each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(
      [
        `The configuration has ${count}; nothing was changed:`,
        ...problems.map((each) => `  - ${showProblem(each)}`),
      ].join("\n"),
    );
  }
}

/** A raw configuration as far as it could be read. */
export interface ReadConfig {
  /** With the defaults of keys that could not be read, beside those that are absent. */
  readonly spec: StackSpec;
  /** All that is wrong with it, in the order to tell it; a stack may be made only if there is nothing. */
  readonly problems: readonly Problem[];
  /** Keys that could not be read. */
  readonly unread: ReadonlySet<string>;
}

/**
 * Checks a stack's raw configuration and fills in its defaults.
 * @param raw value by key, as JSON values; keys that are absent take their defaults.
 * @throws ConfigError with all problems at once.
 */
export function parseStackConfig(stack: string, raw: Readonly<Record<string, unknown>>): StackSpec {
  const { spec, problems } = readStackConfig(stack, raw);
  if (problems.length > 0) throw new ConfigError(problems);
  return spec;
}

/** Does the same, and goes as far as it can with a configuration that is wrong, so that more can be told of it. */
export function readStackConfig(stack: string, raw: Readonly<Record<string, unknown>>): ReadConfig {
  const problems: Problem[] = [...stackNameProblems(stack), ...unknownKeyProblems(raw)];
  const read: Partial<Record<keyof Config, unknown>> = {};
  const unread = new Set<keyof Config>();
  for (const key of configKeys) {
    const result = StackConfig.shape[key].safeParse(raw[key]);
    if (result.success) read[key] = result.data;
    else {
      unread.add(key);
      problems.push(
        ...problemsOf(result.error, raw[key]).map((problem) => ({
          ...problem,
          path: joinPath(key, problem.path),
        })),
      );
    }
  }
  // A key that could not be read is left out of what relates keys to each other, so that one slip is told once.
  const config = read as Partial<Config>;
  const devices = config.devices && fillInDevices(config.devices, config);
  problems.push(
    ...repeatedNameProblems(raw),
    ...relationProblems({ ...config, devices, listed: config.devices }, raw),
  );
  return { spec: fillIn(stack, { ...StackConfig.parse({}), ...config }), problems, unread };
}

function fillIn(stack: string, config: Config): StackSpec {
  const { brokers, coordination, zookeepers, partitions, replicationFactor } = config;
  const { kafka, consumers, lake, images, hostPort } = config;
  return {
    stack,
    devices: fillInDevices(config.devices, config),
    brokers,
    coordination,
    zookeepers,
    partitions,
    replicationFactor: replicationFactor ?? Math.min(3, brokers),
    kafka,
    consumers,
    lake,
    images,
    hostPort,
  };
}

/** Gives devices what they leave out. Those that share a topic have one and the same configuration of it. */
function fillInDevices(
  listed: Config["devices"],
  { sensors = [], topicDefaults }: Partial<Config>,
): DeviceSpec[] {
  const topicOf = (device: Config["devices"][number]) => device.topic ?? device.name;
  const settings = new Map<string, TopicConfig>();
  for (const device of listed)
    settings.set(topicOf(device), { ...settings.get(topicOf(device)), ...device.topicSettings });
  return listed.map((device) => ({
    name: device.name,
    topic: topicOf(device),
    sensors: device.sensors ?? sensors,
    topicConfig: { ...topicDefaults, ...settings.get(topicOf(device)) },
  }));
}

const configKeys = Object.keys(StackConfig.shape) as (keyof Config)[];

function joinPath(key: string, rest: string): string {
  if (rest === "" || rest.startsWith("[")) return key + rest;
  return `${key}.${rest}`;
}

function stackNameProblems(stack: string): Problem[] {
  if (stack.length <= longestStackName) return [];
  return [
    {
      path: "stack name",
      found: stack,
      remedy: `name it in at most ${longestStackName} characters, or a container's name would be too long for a host name (63)`,
    },
  ];
}

function unknownKeyProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
  return Object.keys(raw)
    .filter((key) => !(key in StackConfig.shape))
    .map((key) => ({
      path: key,
      found: raw[key],
      remedy: `remove it (npx pulumi config rm ${key}); the keys are ${configKeys.join(", ")}`,
    }));
}
