import { readFile, writeFile } from "node:fs/promises";
import { figuresVariable } from "../support/quick-images";
import { markdownTable } from "../../bench/support/figures";

/** The effects of a fault, in milliseconds. */
export interface FaultFigures {
  readonly fault: string;
  /** The longest time without an acknowledgement, of all partitions of all devices. */
  readonly outageMs: number;
  /** From the return of the broken part until every partition has acknowledged to every device. */
  readonly acknowledgedMs: number;
  /** From the return of the broken part until all replicas were in sync. */
  readonly inSyncMs: number;
  /** How often the engine started a broker that ended again by itself. */
  readonly futileStarts: number;
}

/**
 * Prints figures as a Markdown table. If the environment names a file, adds them to it as JSON: an object with a list of figures for each
 * way of coordination.
 */
export async function report(coordination: string, figures: readonly FaultFigures[]): Promise<void> {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const rows = figures.map(({ fault, outageMs, acknowledgedMs, inSyncMs, futileStarts }) => [
    fault,
    seconds(outageMs),
    seconds(acknowledgedMs),
    seconds(inSyncMs),
    String(futileStarts),
  ]);
  const header = ["fault", "outage", "acknowledged after return", "in sync after return", "futile starts"];
  console.log(`\nFaults, coordinated by ${coordination}:\n${markdownTable([header, ...rows])}`);

  const file = process.env[figuresVariable];
  if (file === undefined) return;
  const present = JSON.parse(await readFile(file, "utf8").catch(() => "{}")) as Record<string, unknown>;
  await writeFile(file, `${JSON.stringify({ ...present, [coordination]: figures }, undefined, 2)}\n`);
}

/**
 * The longest gap between two consecutive times.
 * @param times in milliseconds, in any order
 * @param fromMs gaps that end before it do not count
 */
export function longestGap(times: readonly number[], fromMs: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted.reduce(
    (longest, time, index) =>
      index > 0 && time >= fromMs ? Math.max(longest, time - (sorted[index - 1] ?? time)) : longest,
    0,
  );
}
