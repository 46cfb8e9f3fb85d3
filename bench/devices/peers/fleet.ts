import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { DeviceEnvironment } from "../../../contract/environment/device";
import { writeEnvironment } from "../../../contract/environment/variables";
import type { DeviceReport } from "../../../apps/device/report/counts";
import { peakResidentBytes } from "../../support/usage";

const devices = 10_000;
const intervalMs = 1_000;

/**
 * Runs the devices' app itself with a history of 10,000 devices. Counts from the start of its process to its end; everything is
 * acknowledged by then. `fleet.ts BOOTSTRAP TOPIC COUNT APP`
 */
async function main([bootstrap = "", topic = "", count = "", app = ""]: string[]): Promise<void> {
  const now = Date.now();
  // The history ends at the latest full second. Observations after it are live and are not counted.
  const endMs = Math.floor(now / intervalMs) * intervalMs;
  const lines = writeEnvironment(DeviceEnvironment, {
    KAFKA_BOOTSTRAP_SERVERS: bootstrap.split(","),
    LOG_FORMAT: "json",
    DEVICE_NAME: "meter",
    DEVICE_COUNT: devices,
    DEVICE_TOPIC: topic,
    DEVICE_SHARES_TOPIC: true,
    DEVICE_SENSORS: [
      {
        name: "power",
        interval: intervalMs,
        jitter: 0,
        model: { type: "walk", mean: 500, deviation: 100, reversion: 600_000 },
        precision: 1,
        faults: [],
      },
    ],
    DEVICE_BACKFILL_FROM_MS: endMs - (Number(count) / devices) * intervalMs,
  });
  const environment = Object.fromEntries(
    lines.map((line): [string, string] => {
      const end = line.indexOf("=");
      return [line.slice(0, end), line.slice(end + 1)];
    }),
  );
  const began = performance.now();
  const child = spawn(process.execPath, ["--max-semi-space-size=4", app], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let peakBytes = 0;
  let last = "";
  createInterface(child.stdout).on("line", (line) => {
    last = line;
    if (!line.includes("history is made")) return;
    peakBytes = peakResidentBytes(child.pid ?? 0);
    child.kill("SIGTERM");
  });
  await once(child, "close");
  const seconds = (performance.now() - began) / 1_000;
  const { acknowledged } = JSON.parse(last) as DeviceReport;
  console.log(JSON.stringify({ sent: acknowledged, seconds, peakBytes }));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
