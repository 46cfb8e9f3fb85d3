import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { cacheDirectory } from "../../tools/setup/environment.mjs";
import { UsageError } from "../../tools/setup/errors.mjs";
import { setUp } from "../../tools/setup/setup.mjs";
import { Broker } from "./broker";
import { measureFreshness } from "./freshness";
import { measureGrowth } from "./growth";
import { whenInterrupted } from "../interruption";
import { bundleLake, lakePeer, type Peer, pythonPeer, sparkPeer } from "./peer";
import { fillWarmUpTopic } from "./produce";
import { measureThroughput } from "./throughput";

const parts = ["throughput", "freshness", "growth"] as const;
type Part = (typeof parts)[number];

const usage = `Usage: npm run bench -- lake [${parts.join("|")}] [MESSAGES]`;
const usualCount = 1_000_000;

/** The lake against PySpark and a program by hand in Python, on one broker; and against itself, as its table grows. */
export async function benchLake(args: readonly string[]): Promise<void> {
  const { selected, count } = parseArguments(args);
  await setUp({ images: ["kafka"], spark: true, benchPython: true });
  // Beside the cache, not among temporary files, which are in memory on many machines.
  await mkdir(cacheDirectory(), { recursive: true });
  const directory = await mkdtemp(join(cacheDirectory(), "bench-"));
  const gone = whenInterrupted(() =>
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  );
  console.log(
    `On ${cpus().length} cores and ${Math.round(totalmem() / 2 ** 30)} GiB, the broker on the same.`,
  );
  try {
    const bundle = await bundleLake(join(directory, "apps"));
    const peers = [lakePeer(bundle), sparkPeer, pythonPeer];
    if (selected.some((part) => part !== "growth")) await againstPeers(peers, selected, directory, count);
    if (selected.includes("growth")) await measureGrowth(directory, bundle);
  } finally {
    await rm(directory, { recursive: true, force: true });
    gone();
  }
}

async function againstPeers(
  peers: readonly Peer[],
  selected: readonly Part[],
  directory: string,
  count: number,
): Promise<void> {
  const broker = await Broker.start();
  try {
    await fillWarmUpTopic(broker);
    if (selected.includes("throughput")) await measureThroughput(broker, peers, directory, count);
    if (selected.includes("freshness")) await measureFreshness(broker, peers, directory);
  } finally {
    await broker.stop();
  }
}

function parseArguments(args: readonly string[]): { selected: readonly Part[]; count: number } {
  const numbers = args.filter((arg) => /^[1-9]\d*$/.test(arg));
  const names = args.filter((arg) => !numbers.includes(arg));
  const selected = parts.filter((part) => names.includes(part));
  if (names.length > selected.length || numbers.length > 1) throw new UsageError(usage);
  return { selected: selected.length === 0 ? parts : selected, count: Number(numbers[0] ?? usualCount) };
}
