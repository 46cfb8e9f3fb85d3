import { yearMs } from "../../contract/values/fields";
import { parseDayOrMomentMs } from "../../contract/values/moment";
import { parseDurationMs, showDurationMs } from "../../infra/model/units";
import { profileNames } from "../../infra/config/profiles";
import { commands } from "../commands.mjs";
import { parseCommand, usageOf } from "../setup/command.mjs";
import { UsageError } from "../setup/errors.mjs";

/** What `npm run preview-signal` is asked for. */
export interface PreviewOptions {
  /** A profile, a device or group of the stack, or a model as JSON. */
  readonly subject: string;
  /** How much time to show; undefined for as much as each signal is best seen in. */
  readonly spanMs: number | undefined;
  /** Undefined for the stack's. */
  readonly seed: string | undefined;
  /** Whose signals they are: another device has others. Undefined for the first. */
  readonly device: string | undefined;
  /** Where to begin, in milliseconds since 1970; undefined for today at 00:00 UTC. */
  readonly fromMs: number | undefined;
  /** Time between two observations, instead of each sensor's own. */
  readonly intervalMs: number | undefined;
  /** Undefined for the stack of the working copy. */
  readonly stack: string | undefined;
}

export const modelExample = `'{"type":"sine","period":"10m"}'`;

const command = commands["preview-signal"];

const usage = `${usageOf(command)}
SUBJECT is a profile (${profileNames.join(", ")}),
a device or a group of the stack's configuration, or a model as JSON, such as ${modelExample}`;

/** @throws UsageError with what is wrong, or with the usage if nothing is asked for. */
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

/** A hundred years, as periods of models have at most. */
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
