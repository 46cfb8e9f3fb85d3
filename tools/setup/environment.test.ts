import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import {
  cacheDirectory,
  isNodeNewEnough,
  nodeDirectory,
  pulumiBinDirectory,
  root,
  toolEnvironment,
} from "./environment.mjs";

test("the CLI finds its Node, itself and the project's commands first, each once", () => {
  const env = toolEnvironment({
    PATH: ["/usr/bin", nodeDirectory(), "/bin"].join(delimiter),
    PULUMI_BACKEND_URL: "x",
  });
  expect(env.PATH?.split(delimiter)).toEqual([
    nodeDirectory(),
    pulumiBinDirectory({}),
    join(root, "node_modules", ".bin"),
    ...["/usr/bin", "/bin"],
  ]);
});

test("nothing is asked for: no passphrase, no login, no new version", () => {
  expect(toolEnvironment({})).toMatchObject({
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_BACKEND_URL: `file://${join(root, ".pulumi-state")}`,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  });
});

test("what the user has set wins", () => {
  const env = {
    PULUMI_BACKEND_URL: "s3://state",
    PULUMI_NODEJS_TRANSPILE_ONLY: "false",
    PULUMI_CONFIG_PASSPHRASE: "p",
  };
  expect(toolEnvironment(env)).toMatchObject(env);
  expect(
    toolEnvironment({ PULUMI_BACKEND_URL: "x", PULUMI_CONFIG_PASSPHRASE_FILE: "/f" }),
  ).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE");
});

test("caches follow the usual variables", () => {
  expect(cacheDirectory({ XDG_CACHE_HOME: "/c" })).toBe("/c/kafka-iot-sim");
  expect(pulumiBinDirectory({ PULUMI_HOME: "/p" })).toMatch(/^\/p\/versions\/[0-9.]+\/bin$/);
});

test.each([
  ["v20.20.2", false],
  ["23.11.0", false],
  ["v24.21.0", true],
])("Node %s is new enough: %s", (version, expected) => {
  expect(isNodeNewEnough(version)).toBe(expected);
});

test.each([
  ['{"currentContext":"desktop-linux"}', "desktop-linux"],
  ['{"currentContext":"default"}', undefined],
  ["{}", undefined],
  ["not JSON", undefined],
])("Docker's context is followed from %s", (config, expected) => {
  const folder = mkdtempSync(join(tmpdir(), "docker-config-"));
  writeFileSync(join(folder, "config.json"), config);
  expect(toolEnvironment({ DOCKER_CONFIG: folder })["DOCKER_CONTEXT"]).toBe(expected);
  expect(toolEnvironment({ DOCKER_CONFIG: folder, DOCKER_HOST: "tcp://x:1" })).not.toHaveProperty(
    "DOCKER_CONTEXT",
  );
  rmSync(folder, { recursive: true });
});
