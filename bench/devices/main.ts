import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { cacheDirectory } from "../../tools/setup/environment.mjs";
import { UsageError } from "../../tools/setup/errors.mjs";
import { setUp } from "../../tools/setup/setup.mjs";
import { Broker } from "../support/broker";
import { bundledApp } from "../support/bundles";
import { measureFleets } from "./fleets";
import { measureProducing } from "./producing";

const parts = ["producing", "fleets"] as const;

const usage = `Usage: npm run bench -- devices [${parts.join("|")}] [MESSAGES]`;
const usualCount = 2_000_000;

/** Measures what devices use, and their producer beside others. */
export async function benchDevices(args: readonly string[]): Promise<void> {
  const { selected, count } = parseArguments(args);
  await setUp({ images: ["kafka", "node"], benchPython: true });
  await mkdir(cacheDirectory(), { recursive: true });
  const directory = await mkdtemp(join(cacheDirectory(), "bench-"));
  console.log(
    `On ${cpus().length} cores and ${Math.round(totalmem() / 2 ** 30)} GiB, the broker on the same.`,
  );
  try {
    const broker = await Broker.start();
    try {
      const app = await bundledApp(join(directory, "apps"), "device");
      if (selected.includes("producing")) await measureProducing(broker, directory, app, count);
      if (selected.includes("fleets")) await measureFleets(broker, app);
    } finally {
      await broker.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function parseArguments(args: readonly string[]): { selected: readonly string[]; count: number } {
  const numbers = args.filter((arg) => /^[1-9]\d*$/.test(arg));
  const names = args.filter((arg) => !numbers.includes(arg));
  const selected = parts.filter((part) => names.includes(part));
  if (names.length > selected.length || numbers.length > 1) throw new UsageError(usage);
  return { selected: selected.length === 0 ? parts : selected, count: Number(numbers[0] ?? usualCount) };
}
