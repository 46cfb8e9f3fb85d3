import { benchCluster } from "./cluster/main";
import { benchDashboard } from "./dashboard/main";
import { benchDevices } from "./devices/main";
import { benchLake } from "./lake/main";
import { benchStack } from "./stack";

/** Each takes the arguments after its name, and throws if they are not what it knows. */
const benchmarks: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  cluster: benchCluster,
  dashboard: benchDashboard,
  devices: benchDevices,
  lake: benchLake,
  stack: (args) => {
    if (args.length > 0) throw new Error("Usage: npm run bench -- stack");
    return benchStack();
  },
};

/** `npm run bench -- NAME`: runs one benchmark, or lists them. */
async function main(): Promise<number> {
  const [name = "", ...rest] = process.argv.slice(2);
  const benchmark = benchmarks[name];
  if (benchmark === undefined) {
    console.error(
      `Usage: npm run bench -- NAME, where NAME is one of: ${Object.keys(benchmarks).join(", ")}`,
    );
    return 2;
  }
  await benchmark(rest);
  return 0;
}

main().then(
  (exitCode) => (process.exitCode = exitCode),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
