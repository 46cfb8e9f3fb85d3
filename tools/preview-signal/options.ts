import { yearMs } from "../../contract/values/fields";
import { parseDayOrMomentMs } from "../../contract/values/moment";
import { parseDurationMs, showDurationMs } from "../../infra/model/units";
import { profileNames } from "../../infra/config/profiles";
import { commands } from "../commands.mjs";
import { parseCommand, usageOf } from "../setup/command.mjs";
import { UsageError } from "../setup/errors.mjs";

/** The options of `npm run preview-signal`. */
export interface PreviewOptions {
  /** A profile, a device or group of the stack, or a model as JSON. */
  readonly subject: string;
  /** How much time to show; undefined for the best span of each signal. */
  readonly spanMs: number | undefined;
  /** Undefined for the seed of the stack. */
  readonly seed: string | undefined;
  /** The device whose signals are shown; undefined for the first. */
  readonly device: string | undefined;
  /** The start, in milliseconds since 1970; undefined for today at 00:00 UTC. */
  readonly fromMs: number | undefined;
  /** The time between two observations, instead of each sensor's interval. */
  readonly intervalMs: number | undefined;
  /** Undefined for the stack of the working copy. */
  readonly stack: string | undefined;
}

export const modelExample = `'{"type":"sine","period":"10m"}'`;

const command = commands["preview-signal"];

const usage = `${usageOf(command)}
SUBJECT is a profile (${profileNames.join(", ")}),
a device or a group of the stack's configuration, or a model as JSON, such as ${modelExample}`;

/** @throws UsageError with the problem, or with the usage if there is no subject */
export function parseOptions(args: readonly string[]): PreviewOptions {
  const { values, positionals } = parseCommand(command, args);
  const [subject] = positionals;
  if (subject === undefined) throw new UsageError(usage);
  return {
    subject,
    spanMs: durationOption("--for", values.for, "24h"),
    seed: values.seed,
    device: values.device,
    fromMs: timeOption(values.from),
    intervalMs: durationOption("--interval", values.interval, "1s"),
    stack: values.stack,
  };
}

/** A hundred years, the maximum of the models' periods. */
const maxDurationMs = 100 * yearMs;

function durationOption(option: string, text: string | undefined, example: string): number | undefined {
  if (text === undefined) return undefined;
  const durationMs = parseDurationMs(text);
  if (durationMs !== undefined && durationMs > maxDurationMs)
    throw new UsageError(`${option} ${text}: give a duration of at most ${showDurationMs(maxDurationMs)}`);
  if (durationMs !== undefined && Number.isInteger(durationMs) && durationMs >= 10) return durationMs;
  throw new UsageError(`${option} ${text}: give a duration of 10ms or more, such as ${example}`);
}

function timeOption(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const fromMs = parseDayOrMomentMs(text);
  if (fromMs !== undefined && fromMs >= 0) return fromMs;
  throw new UsageError(`--from ${text}: give a day or a time, such as 2026-11-23 or 2026-11-23T06:30:00Z`);
}
