import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../../tools/setup/environment.mjs";
import { isRunning } from "../../tools/setup/process.mjs";
import { removeStacks } from "./docker";
import { provideQuickImages } from "./quick-images";

const thisRun = () => process.env["KAFKA_IOT_SIM_TEST_RUN"] ?? process.pid.toString(36);
const prefixOf = (run: string) => `test-${run}-`;
const allRuns = () => join(cacheDirectory(), "test-runs");

/** The names of the stacks that this run of the tests makes begin with this. */
export const runPrefix = () => prefixOf(thisRun());

/** A directory that all test files of this run share; it goes when the run ends. */
export const runDirectory = () => join(allRuns(), thisRun());

/**
 * Runs around all end-to-end tests. At the end it removes what a test has left that failed or was interrupted. A run that was killed could
 * not do that: its containers start again with the engine, and are removed before the next run.
 */
export default async function setup(): Promise<() => Promise<void>> {
  // A run is named after its process.
  process.env["KAFKA_IOT_SIM_TEST_RUN"] = process.pid.toString(36);
  // Each run has a directory here while it lasts. A stack's name alone is no proof: a user's may begin with "test-", too.
  await mkdir(allRuns(), { recursive: true });
  const remove = async (run: string) => {
    await removeStacks(prefixOf(run));
    await rm(join(allRuns(), run), { recursive: true, force: true });
  };
  for (const run of await readdir(allRuns()))
    if (run === thisRun() || !isRunning(Number.parseInt(run, 36))) await remove(run);
  await mkdir(runDirectory());
  await provideQuickImages();
  return () => remove(thisRun());
}
