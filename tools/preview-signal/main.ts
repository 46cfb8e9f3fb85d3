// npm run preview-signal: draws the signals of a profile, a device or a model in the terminal, before anything runs.
import type { ReplaySettings } from "../../contract/models/models";
import { dayMs } from "../../contract/values/fields";
import { parseReplayTable, type ReplayTable } from "../../contract/models/replay-table";
import { print } from "../../apps/shared/stdout";
import { readStackConfig } from "../../infra/config/parse";
import { projectContext } from "../../infra/config/project-files";
import { readStackConfiguration } from "../plan/stack-config";
import { commands } from "../commands.mjs";
import { runCommand } from "../setup/command.mjs";
import { SetupError } from "../setup/errors.mjs";
import { parseOptions } from "./options";
import { describeSignals } from "./report";
import { findSubject } from "./subject";

const defaultWidth = 80;

void runCommand(commands["preview-signal"], async () => {
  const options = parseOptions(process.argv.slice(2));
  const subject = await findSubject(options.subject, async () => {
    const { stack, raw } = await readStackConfiguration(options.stack);
    return readStackConfig(stack, raw, projectContext());
  });
  const { intervalMs } = options;
  const sensors = subject.sensors.map((sensor) =>
    intervalMs === undefined ? sensor : { ...sensor, interval: intervalMs },
  );
  const text = describeSignals({
    subject: { ...subject, sensors },
    device: options.device ?? subject.device,
    seed: options.seed ?? subject.seed,
    fromMs: options.fromMs ?? Math.floor(Date.now() / dayMs) * dayMs,
    spanMs: options.spanMs,
    width: (process.stdout.isTTY && process.stdout.columns) || defaultWidth,
    replayTable,
  });
  await print(`${text}\n`);
  return 0;
});

/** Recorded values from a file of the working copy. */
function replayTable({ file, column, timeColumn }: ReplaySettings): ReplayTable {
  const reading = projectContext().readFile(file);
  if (reading.kind === "problem") throw new SetupError(`${file}: ${reading.reason}`);
  const table = parseReplayTable(reading.bytes, { column, timeColumn });
  if (table.kind === "table") return table;
  throw new SetupError(`${file}${table.line === undefined ? "" : `, line ${table.line}`}: ${table.reason}`);
}
