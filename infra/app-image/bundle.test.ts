import { expect, it } from "vitest";
import { bundleApps } from "./bundle";

it("bundles each app into one file", () => {
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
