import { commands } from "../tools/commands.mjs";
import { runCommand, wrongUsage } from "../tools/setup/command.mjs";
import { quoted, UsageError } from "../tools/setup/errors.mjs";
import { benchCluster } from "./cluster/main";
import { benchDashboard } from "./dashboard/main";
import { benchDevices } from "./devices/main";
import { benchLake } from "./lake/main";
import { benchStack } from "./stack";

/** Each takes the arguments after its name. @throws UsageError if it does not know them */
const benchmarks: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  cluster: benchCluster,
  dashboard: benchDashboard,
  devices: benchDevices,
  lake: benchLake,
  stack: (args) => {
    if (args.length > 0) throw new UsageError("Usage: npm run bench -- stack");
    return benchStack();
  },
};

void runCommand(commands.bench, async ({ positionals }) => {
  const [name = "", ...rest] = positionals;
  const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
  if (benchmark === undefined) {
    const known = Object.keys(benchmarks).join(", ");
    throw wrongUsage(
      commands.bench,
      name === "" ? "name a benchmark" : `${quoted(name)}: there are ${known}`,
    );
  }
  await benchmark(rest);
  return 0;
});
