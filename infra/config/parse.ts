import { type Problem, secretValue, showProblem } from "../../contract/problems";
import { parseJson } from "../../contract/values/json";
import { defaultReplicationFactor } from "../model/cluster";
import { maxStackNameLength } from "../model/names";
import type { HistorySpec, StackSpec } from "../model/spec";
import { fillInDevices } from "./devices";
import { configKeys, type ParsedConfig, parseKeys, problemWith, type RawConfig } from "./parsed-config";
import { readReplayFiles, type ReadProjectFile } from "./replay-files";
import { deviceProblems, historyProblems, keyProblems } from "./rules/all-rules";
import { containerCountProblems } from "./rules/rate-rules";
import { type Backfill, type Config, StackConfig } from "./schema/stack";
import { nearest } from "./suggestions";

/** A configuration that no stack can be made of. The message lists every problem, one line each. */
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

/** A raw configuration as far as it can be read. */
export interface ReadConfig {
  /** Keys that are absent or cannot be read have their defaults. */
  readonly spec: StackSpec;
  /** Everything that is wrong, in the order to report it. A stack may be made only if there are no problems. */
  readonly problems: readonly Problem[];
  /** Keys that cannot be read. */
  readonly unread: ReadonlySet<string>;
}

/** The surroundings against which a configuration is checked. */
export interface ParseContext {
  /** Reads the files that sensors replay. */
  readonly readFile: ReadProjectFile;
  /** The time, in milliseconds since 1970; a history lies before it. */
  readonly nowMs: number;
}

/** Reads a value of Pulumi's configuration. `pulumi config set brokers 3` stores text; with `--path`, lists and objects are JSON text. */
export function readConfigValue(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/**
 * Checks a stack's raw configuration and fills in its defaults.
 * @param raw JSON values by key; absent keys get their defaults
 * @throws ConfigError with all problems at once
 */
export function parseStackConfig(stack: string, raw: RawConfig, context: ParseContext): StackSpec {
  const { spec, problems } = readStackConfig(stack, raw, context);
  if (problems.length > 0) throw new ConfigError(problems);
  return spec;
}

/** Does the same, but also reads what it can of a wrong configuration, so that more can be said about it. */
export function readStackConfig(stack: string, given: RawConfig, context: ParseContext): ReadConfig {
  const secrets = configKeys.filter((key) => given[key] === secretValue);
  const written = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== secretValue));
  const keys = parseKeys(written, secrets);
  const tooMany = containerCountProblems(keys.config);
  // So many containers, possibly millions, are not planned.
  const config: ParsedConfig = tooMany.length > 0 ? { ...keys.config, devices: undefined } : keys.config;
  const replay = readReplayFiles(config, context.readFile);
  return {
    spec: { ...specOf(stack, config, context.nowMs), replayFiles: replay.files },
    problems: [
      ...stackNameProblems(stack),
      ...unknownKeyProblems(given),
      ...secrets.map(secretProblem),
      ...keys.problems,
      ...keyProblems(config),
      ...tooMany,
      ...deviceProblems(config),
      ...replay.problems,
      ...historyProblems(config, context.nowMs),
    ],
    unread: tooMany.length > 0 ? new Set([...keys.unread, "devices"]) : keys.unread,
  };
}

function specOf(stack: string, config: ParsedConfig, nowMs: number): Omit<StackSpec, "replayFiles"> {
  const { devices, assumed } = config;
  const { brokers, coordination, zookeepers, partitions, replicationFactor } = assumed;
  const { kafka, consumers, lake, images, hostPort, dashboardPort, prometheusPort, adopt } = assumed;
  const { seed, speed, maxRate, backfill } = assumed;
  const entries = devices?.map(({ entry }) => entry) ?? StackConfig.shape.devices.parse(undefined);
  return {
    stack,
    devices: fillInDevices(entries, assumed),
    brokers,
    coordination,
    zookeepers,
    partitions,
    replicationFactor: replicationFactor ?? defaultReplicationFactor(brokers),
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

function historyOf(backfill: Backfill, nowMs: number): HistorySpec {
  return "fromMs" in backfill
    ? { fromMs: backfill.fromMs, lengthMs: nowMs - backfill.fromMs }
    : { fromMs: undefined, lengthMs: backfill.lengthMs };
}

function stackNameProblems(stack: string): Problem[] {
  if (stack.length <= maxStackNameLength) return [];
  const remedy = `name it in at most ${maxStackNameLength} characters, or a container's name would be too long for a host name (63)`;
  return [problemWith({ path: "stack name", written: stack }, remedy)];
}

function unknownKeyProblems(raw: RawConfig): Problem[] {
  return Object.keys(raw)
    .filter((key) => !(key in StackConfig.shape))
    .map((key) =>
      problemWith(
        { path: key, written: raw[key] },
        `remove it (npx pulumi config rm ${key}); ${knownKeys(key)}`,
      ),
    );
}

function knownKeys(key: string): string {
  const near = nearest(key, configKeys);
  return near === undefined ? `the keys are ${configKeys.join(", ")}` : `did you mean ${near}?`;
}

/** Containers get the configuration of their stack, and Docker, logs, outputs and the dashboard show it. */
function secretProblem(key: keyof Config): Problem {
  const remedy =
    `set it again in plain text (npx pulumi config rm ${key}, then npx pulumi config set ${key} VALUE): ` +
    "nothing of a stack's configuration stays secret, since containers, logs and outputs show it";
  return problemWith({ path: key, written: secretValue }, remedy);
}
