import { z } from "zod";
import { type Problem, problemsOf, secretValue, showProblem } from "../../contract/problems";
import { longestStackName } from "../model/names";
import { DevicesSpec } from "./devices";
import { fillInDevices, sensorsOf } from "./fill-in";
import { historyProblems } from "./history-relations";
import { repeatedNameProblems } from "./name-relations";
import { nearest } from "./nearest";
import { containerCountProblems } from "./rate-relations";
import { deviceProblems, relationProblems } from "./relations";
import { readReplayFiles, type ReadProjectFile } from "./replay-files";
import { salvage } from "./salvage";
import { StackConfig } from "./schema";
import { SensorsSpec } from "./sensors";
import type { HistorySpec, StackSpec } from "../model/spec";
import { withSuggestion } from "./suggestions";

type Config = z.output<typeof StackConfig>;

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

/** What a configuration is read against, beside what stands in it. */
export interface ParseContext {
  /** Reads the files that sensors replay. */
  readonly readFile: ReadProjectFile;
  /** The time, in milliseconds since 1970: history lies before it. */
  readonly nowMs: number;
}

/**
 * Checks a stack's raw configuration and fills in its defaults.
 * @param raw value by key, as JSON values; keys that are absent take their defaults.
 * @throws ConfigError with all problems at once.
 */
export function parseStackConfig(
  stack: string,
  raw: Readonly<Record<string, unknown>>,
  surroundings: ParseContext,
): StackSpec {
  const { spec, problems } = readStackConfig(stack, raw, surroundings);
  if (problems.length > 0) throw new ConfigError(problems);
  return spec;
}

/** Does the same, and goes as far as it can with a configuration that is wrong, so that more can be told of it. */
export function readStackConfig(
  stack: string,
  given: Readonly<Record<string, unknown>>,
  { readFile, nowMs }: ParseContext,
): ReadConfig {
  const secrets = configKeys.filter((key) => given[key] === secretValue);
  const raw = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== secretValue));
  const { config, problems: ofKeys, unread } = readKeys(raw, secrets);
  const problems: Problem[] = [
    ...stackNameProblems(stack),
    ...unknownKeyProblems(given),
    ...secrets.map(secretProblem),
    ...ofKeys,
  ];
  const { listed, devices, defaults } = readDevices(config, raw);
  const tooMany = containerCountProblems(devices, raw);
  if (tooMany.length > 0) {
    // Nothing is planned of so many, which might be millions.
    delete config.devices;
    unread.add("devices");
  }
  const replay = readReplayFiles(
    listed.flatMap((device, index) => sensorsOf(device, index, defaults)),
    readFile,
  );
  problems.push(
    ...repeatedNameProblems(raw),
    ...relationProblems({ ...config, devices: config.devices && devices, listed: config.devices }, raw),
    ...tooMany,
    ...deviceProblems({ ...config, ...defaults, devices, listed }, raw),
    ...replay.problems,
    ...historyProblems(config.backfill, raw, nowMs),
  );
  const spec = fillIn(stack, { ...StackConfig.parse({}), ...config }, nowMs);
  return { spec: { ...spec, replayFiles: replay.files }, problems, unread };
}

/** The devices and what fills them in, or of those that could not be read what of them could be. */
function readDevices(config: Partial<Config>, raw: Readonly<Record<string, unknown>>) {
  const sensors = config.sensors ?? salvage(SensorsSpec, raw["sensors"])?.list;
  const salvaged = config.devices === undefined ? salvage(DevicesSpec, raw["devices"]) : undefined;
  const listed = config.devices ?? salvaged?.list ?? [];
  const defaults = { ...config, ...(sensors && { sensors }) };
  const devices = fillInDevices(listed, defaults);
  // Nobody knows how many messages those would send of which something could not be read.
  const known = devices.map((device, index) =>
    salvaged?.broken.has(index) ? { ...device, sensors: [] } : device,
  );
  return { listed, devices: known, defaults };
}

/**
 * Reads each key for itself. One that could not be read is left out of what relates keys to each other, so that one slip is told
 * once.
 */
function readKeys(raw: Readonly<Record<string, unknown>>, secrets: readonly (keyof Config)[]) {
  const read: Partial<Record<keyof Config, unknown>> = {};
  const problems: Problem[] = [];
  const unread = new Set(secrets);
  for (const key of configKeys) {
    if (unread.has(key)) continue;
    const result = StackConfig.shape[key].safeParse(raw[key]);
    if (result.success) read[key] = result.data;
    else {
      unread.add(key);
      // With the key before them, as paths of the whole configuration.
      const issues = result.error.issues.map((issue) => ({ ...issue, path: [key, ...issue.path] }));
      problems.push(...problemsOf(new z.core.$ZodError(issues), raw, withSuggestion));
    }
  }
  return { config: read as Partial<Config>, problems, unread };
}

function fillIn(stack: string, config: Config, nowMs: number): Omit<StackSpec, "replayFiles"> {
  const { brokers, coordination, zookeepers, partitions, replicationFactor } = config;
  const { kafka, consumers, lake, images, hostPort, dashboardPort, prometheusPort, adopt } = config;
  const { seed, speed, maxRate, backfill } = config;
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
    dashboardPort,
    prometheusPort,
    adopt,
    seed,
    speed,
    maxRate,
    history: backfill && historyOf(backfill, nowMs),
  };
}

function historyOf(backfill: NonNullable<Config["backfill"]>, nowMs: number): HistorySpec {
  return "fromMs" in backfill
    ? { fromMs: backfill.fromMs, lengthMs: nowMs - backfill.fromMs }
    : { fromMs: undefined, lengthMs: backfill.lengthMs };
}

const configKeys = Object.keys(StackConfig.shape) as (keyof Config)[];

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
      remedy: `remove it (npx pulumi config rm ${key}); ${known(key)}`,
    }));
}

/** What a stack is made of is told to its containers, and shown by Docker, logs, outputs and the dashboard. */
function secretProblem(key: string): Problem {
  const remedy =
    `set it again in plain text (npx pulumi config rm ${key}, then npx pulumi config set ${key} VALUE): ` +
    "nothing of a stack's configuration stays secret, since containers, logs and outputs show it";
  return { path: key, found: secretValue, remedy };
}

function known(key: string): string {
  const near = nearest(key, configKeys);
  return near === undefined ? `the keys are ${configKeys.join(", ")}` : `did you mean ${near}?`;
}
