import { removeStacks, stacksOnEngine } from "./docker";

const thisRun = () => process.env["KAFKA_IOT_SIM_TEST_RUN"] ?? process.pid.toString(36);
const prefixOf = (run: string) => `test-${run}-`;

/** Names of stacks made in this run of the tests begin with this. */
export const runPrefix = () => prefixOf(thisRun());

/**
 * Runs around all end-to-end tests: whatever a test that failed or was broken off has left is removed at the end. A run
 * that was killed could not do that; its containers, which start again with the engine, are removed before the tests.
 */
export default async function setup(): Promise<() => Promise<void>> {
  process.env["KAFKA_IOT_SIM_TEST_RUN"] = process.pid.toString(36);
  const runs = (await stacksOnEngine()).flatMap((stack) => /^test-(\w+)-/.exec(stack)?.[1] ?? []);
  // A run is named after its process.
  const ended = [...new Set(runs)].filter((run) => run === thisRun() || !isAlive(Number.parseInt(run, 36)));
  for (const run of ended) await removeStacks(prefixOf(run));
  return () => removeStacks(runPrefix());
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
