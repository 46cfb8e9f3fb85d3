import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { cacheDirectory } from "../../tools/setup/environment.mjs";
import { UsageError } from "../../tools/setup/errors.mjs";
import { setUp } from "../../tools/setup/setup.mjs";
import { Broker } from "../support/broker";
import { bundledApp } from "../support/bundles";
import { measureFreshness } from "./freshness";
import { measureGrowth } from "./growth";
import { measureParquet } from "./parquet";
import { whenInterrupted } from "../support/interruption";
import { lakePeer, type Peer, pythonPeer, sparkPeer } from "./peer";
import { fillWarmUpTopic } from "./backlog";
import { measureThroughput } from "./throughput";

const parts = ["throughput", "freshness", "growth", "parquet"] as const;
type Part = (typeof parts)[number];

const usage = `Usage: npm run bench -- lake [${parts.join("|")}] [MESSAGES]`;
const usualCount = 1_000_000;

/**
 * Measures the lake beside PySpark and a Python program written by hand, on one broker; the lake alone, as its table grows; and its
 * Parquet writer beside the library that it used before.
 */
export async function benchLake(args: readonly string[]): Promise<void> {
  const { selected, count } = parseArguments(args);
  const withPeers = selected.some((part) => part === "throughput" || part === "freshness");
  if (withPeers) await setUp({ images: ["kafka"], spark: true, benchPython: true });
  // In the cache directory: on many machines, temporary files are in memory.
  await mkdir(cacheDirectory(), { recursive: true });
  const directory = await mkdtemp(join(cacheDirectory(), "bench-"));
  const gone = whenInterrupted(() =>
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  );
  const where = withPeers ? ", the broker on the same machine" : "";
  console.log(`On ${cpus().length} cores and ${Math.round(totalmem() / 2 ** 30)} GiB${where}.`);
  try {
    if (selected.includes("parquet")) await measureParquet();
    if (selected.every((part) => part === "parquet")) return;
    const bundle = await bundledApp(join(directory, "apps"), "lake");
    const peers = [lakePeer(bundle), sparkPeer, pythonPeer];
    if (withPeers) await againstPeers(peers, selected, directory, count);
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
