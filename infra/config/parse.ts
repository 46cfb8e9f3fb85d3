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

/**
 * Checks a stack's raw configuration and fills in its defaults.
 * @param raw value by key, as JSON values; keys that are absent take their defaults.
 * @throws ConfigError with all problems at once.
 */
export function parseStackConfig(stack: string, raw: Readonly<Record<string, unknown>>): StackSpec {
  const problems: Problem[] = [...stackNameProblems(stack), ...unknownKeyProblems(raw)];
  const parsed: Partial<Record<keyof Config, unknown>> = {};
  for (const key of configKeys) {
    const result = StackConfig.shape[key].safeParse(raw[key]);
    if (result.success) parsed[key] = result.data;
    else
      problems.push(
        ...problemsOf(result.error, raw[key]).map((problem) => ({
          ...problem,
          path: joinPath(key, problem.path),
        })),
      );
  }
  // A key that could not be read is left out of what relates keys to each other, so that one slip is told once.
  const config = parsed as Partial<Config>;
  const devices = config.devices && fillInDevices(config.devices, config);
  problems.push(
    ...repeatedNameProblems(raw),
    ...relationProblems({ ...config, devices, listed: config.devices }, raw),
  );
  if (problems.length > 0) throw new ConfigError(problems);
  // Nothing is missing: a key without a value has left a problem behind.
  const { brokers, coordination, zookeepers, partitions, replicationFactor } = config as Config;
  const { kafka, consumers, lake, images, hostPort } = config as Config;
  return {
    stack,
    devices: devices ?? [],
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
