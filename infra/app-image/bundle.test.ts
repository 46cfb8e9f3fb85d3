import { expect, it } from "vitest";
import { bundleApps } from "./bundle";

/** Other tests may need both cores meanwhile. */
const timeoutMs = 60_000;

it("bundles each app into one file", { timeout: timeoutMs }, () => {
  expect([...bundleApps().keys()].sort()).toEqual([
    "Dockerfile",
    "broker-sync.js",
    "console.js",
    "dashboard.js",
    "device.js",
    "lake.js",
    "topic-init.js",
  ]);
});
