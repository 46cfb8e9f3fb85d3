import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";
import { isAlive, runDirectory } from "./sweep";

/**
 * Two test files share the Docker engine. Each has a turn on it, which it begins before its first test and ends after its last; who
 * restarts the engine needs it alone: it waits until no other file has a turn, and no other begins one meanwhile.
 *
 * Each process has a file of its own name for its turn; one that has died has none.
 */
const turns = () => join(runDirectory(), "turns");
const alone = () => join(runDirectory(), "alone");
const own = String(process.pid);
const pollMs = 250;
/** More than the longest test file takes on a busy machine. */
export const longestTurnMs = 20 * 60_000;

beforeAll(async () => {
  await Promise.all([turns(), alone()].map((folder) => mkdir(folder, { recursive: true })));
  for (;;) {
    await until("no test has the engine alone", async () => (await holders(alone())).length === 0);
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
    await until("the other test file has ended", async () =>
      (await holders(turns())).every((holder) => holder === own),
    );
    return await work();
  } finally {
    await rm(join(alone(), own), { force: true });
  }
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + longestTurnMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what}: not after ${longestTurnMs / 60_000} min`);
    await pause(pollMs);
  }
}

/** The processes that have a file in a folder and are alive. */
async function holders(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((pid) => isAlive(Number(pid)));
}
