import { benchStack } from "./stack";

const benchmarks: Readonly<Record<string, () => Promise<void>>> = { stack: benchStack };

/** `npm run bench -- NAME`: runs one benchmark, or lists them. */
async function main(): Promise<number> {
  const [name = "", ...rest] = process.argv.slice(2);
  const benchmark = benchmarks[name];
  if (benchmark === undefined || rest.length > 0) {
    console.error(
      `Usage: npm run bench -- NAME, where NAME is one of: ${Object.keys(benchmarks).join(", ")}`,
    );
    return 2;
  }
  await benchmark();
  return 0;
}

main().then(
  (exitCode) => (process.exitCode = exitCode),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
