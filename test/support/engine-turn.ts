import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { isRunning } from "../../tools/setup/process.mjs";
import { eventually } from "./command";
import { runDirectory } from "./sweep";

/**
 * Two test files share the Docker engine. Each has a turn on it, which it begins before its first test and ends after its last; who
 * restarts the engine needs it alone: it waits until no other file has a turn, and no other begins one meanwhile.
 *
 * Each process has a file of its own name for its turn; one that has died has none.
 */
const turns = () => join(runDirectory(), "turns");
const alone = () => join(runDirectory(), "alone");
const own = String(process.pid);
/** More than the longest test file takes on a busy machine. */
export const longestTurnMs = 20 * 60_000;

beforeAll(async () => {
  await Promise.all([turns(), alone()].map((folder) => mkdir(folder, { recursive: true })));
  for (;;) {
    await eventually("no test has the engine alone", longestTurnMs, async () =>
      (await holders(alone())).length === 0 ? true : undefined,
    );
    await writeFile(join(turns(), own), "");
    // Another may have begun to wait for the engine in between.
    if ((await holders(alone())).length === 0) return;
    await rm(join(turns(), own));
  }
}, longestTurnMs);

afterAll(() => rm(join(turns(), own), { force: true }));

/** Does work while no other test file uses the engine. */
export async function haveEngineAlone<Result>(work: () => Promise<Result>): Promise<Result> {
  await writeFile(join(alone(), own), "");
  try {
    await eventually("the other test file has ended", longestTurnMs, async () =>
      (await holders(turns())).every((holder) => holder === own) ? true : undefined,
    );
    return await work();
  } finally {
    await rm(join(alone(), own), { force: true });
  }
}

/** The processes that have a file in a folder and are alive. */
async function holders(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((pid) => isRunning(Number(pid)));
}
