import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../../tools/setup/environment.mjs";
import { removeStacks } from "./docker";

const thisRun = () => process.env["KAFKA_IOT_SIM_TEST_RUN"] ?? process.pid.toString(36);
const prefixOf = (run: string) => `test-${run}-`;

/** Names of stacks made in this run of the tests begin with this. */
export const runPrefix = () => prefixOf(thisRun());

/**
 * Runs around all end-to-end tests: whatever a test that failed or was broken off has left is removed at the end. A run
 * that was killed could not do that; its containers, which start again with the engine, are removed before the tests.
 */
export default async function setup(): Promise<() => Promise<void>> {
  // A run is named after its process.
  process.env["KAFKA_IOT_SIM_TEST_RUN"] = process.pid.toString(36);
  // Each run has a file here while it lasts: a stack's name alone does not tell, a user's may begin with "test-", too.
  const runs = join(cacheDirectory(), "test-runs");
  await mkdir(runs, { recursive: true });
  const remove = async (run: string) => {
    await removeStacks(prefixOf(run));
    await rm(join(runs, run), { force: true });
  };
  for (const run of await readdir(runs))
    if (run === thisRun() || !isAlive(Number.parseInt(run, 36))) await remove(run);
  await writeFile(join(runs, thisRun()), "");
  return () => remove(thisRun());
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
