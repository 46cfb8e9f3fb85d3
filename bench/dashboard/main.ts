import { cpus, totalmem } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../../tools/setup/errors.mjs";
import { setUp } from "../../tools/setup/setup.mjs";
import { PulumiStack } from "../../test/support/pulumi-stack";
import { markdownTable, quantile } from "../support/figures";
import { memoryByContainer, pidOf, usageOf } from "../support/usage";
import { BrowserPage, Followers } from "./pages";

const rates = [1_000, 10_000];
const pageCounts = [1, 50];
const warmUpMs = 30_000;
const measuredMs = 30_000;

/**
 * Measures the time from the sensor to the screen, and what the dashboard's server uses for it. Groups of devices observe once a second;
 * one page is in Chromium, and the others are clients that read the same stream.
 */
export async function benchDashboard(args: readonly string[]): Promise<void> {
  if (args.length > 0) throw new UsageError("Usage: npm run bench -- dashboard");
  await setUp({ pulumi: true, images: ["kafka", "zookeeper", "node"], chromium: true });
  console.log(
    `On ${cpus().length} cores and ${Math.round(totalmem() / 2 ** 30)} GiB, brokers, devices and browser on the same.`,
  );
  const heading = [
    "messages/s",
    "pages",
    "to the screen p50",
    "p99",
    "CPU of one core",
    "container",
    "to each page",
  ];
  const rows = [heading];
  const loads: string[][] = [["messages/s", "page weight, compressed", "time to first curve"]];
  const stack = await PulumiStack.create("bench");
  try {
    for (const rate of rates) {
      console.log(`${rate.toLocaleString("en")} messages/s …`);
      const { figures, load } = await measure(stack, rate);
      rows.push(...figures);
      loads.push(load);
    }
  } finally {
    await stack.dispose();
  }
  console.log(`\n${markdownTable(rows)}\n\n${markdownTable(loads)}`);
  console.log(
    "\nThe limits: pages get new points every 100 ms, so that the median waits 50 ms. A screen of 60 Hz adds up to 17 ms. All " +
      "devices of a group observe at the same full second. Chromium draws in software here, on the cores that the stack uses.",
  );
}

async function measure(stack: PulumiStack, rate: number): Promise<{ figures: string[][]; load: string[] }> {
  await stack.configure({
    devices: [{ name: "meter", count: rate, sensors: [{ name: "power", interval: "1s" }] }],
    partitions: 3,
  });
  await stack.up();
  const { dashboard: url = "" } = await stack.outputs();
  const container = `kafka-iot-sim-${stack.name}-dashboard`;
  await sleep(warmUpMs);
  const page = await BrowserPage.open(url);
  const figures: string[][] = [];
  try {
    for (const pages of pageCounts) {
      const followers = await Followers.open(url, pages - 1);
      await sleep(5_000);
      const [cpuBefore, bytesBefore] = [await cpuSeconds(container), followers.receivedBytes];
      const latencies = await page.latencies(measuredMs);
      const cpuShare = ((await cpuSeconds(container)) - cpuBefore) / (measuredMs / 1_000);
      const bytes = (followers.receivedBytes - bytesBefore) / (pages - 1) / (measuredMs / 1_000);
      const [memory = Number.NaN] = (await memoryByContainer(container)).values();
      followers.close();
      figures.push([
        rate.toLocaleString("en"),
        String(pages),
        `${quantile(latencies, 0.5).toFixed(0)} ms`,
        `${quantile(latencies, 0.99).toFixed(0)} ms`,
        `${(cpuShare * 100).toFixed(1)} %`,
        `${memory.toFixed(0)} MiB`,
        pages === 1 ? "" : `${(bytes / 1_000).toFixed(1)} kB/s`,
      ]);
    }
  } finally {
    await page.close();
  }
  const { transferredBytes, firstCurveMs } = page.load;
  return {
    figures,
    load: [
      rate.toLocaleString("en"),
      `${(transferredBytes / 1_000).toFixed(1)} kB`,
      `${firstCurveMs.toFixed(0)} ms`,
    ],
  };
}

/** The processor time of a container's first process and its threads so far. */
async function cpuSeconds(container: string): Promise<number> {
  return usageOf(await pidOf(container))?.cpuSeconds ?? Number.NaN;
}
