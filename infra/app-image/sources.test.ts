import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hashSources } from "./sources";

let project: string;
const write = (path: string, content: string) => {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), content);
};

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "sources-"));
  write("apps/device/main.ts", "device");
  write("apps/Dockerfile", "FROM x");
  write("contract/device.ts", "contract");
  write("infra/app-image/bundle.ts", "bundle");
  write("package-lock.json", "{}");
});
afterEach(() => rmSync(project, { recursive: true }));

it.each([
  ["apps/device/main.ts", "other"],
  ["apps/device/new.ts", ""],
  ["apps/Dockerfile", "FROM y"],
  ["contract/device.ts", "other"],
  ["infra/app-image/bundle.ts", "other"],
  ["package-lock.json", "{ }"],
])("changes with %s", (path, content) => {
  const before = hashSources(project);
  write(path, content);
  expect(hashSources(project)).not.toBe(before);
});

it.each(["apps/device/main.test.ts", "infra/index.ts", "README.md"])("does not change with %s", (path) => {
  const before = hashSources(project);
  write(path, "anything");
  expect(hashSources(project)).toBe(before);
});

it("is the same in whatever directory the project is", () => {
  const before = hashSources(project);
  const elsewhere = mkdtempSync(join(tmpdir(), "elsewhere-"));
  const original = project;
  project = elsewhere;
  write("apps/device/main.ts", "device");
  write("apps/Dockerfile", "FROM x");
  write("contract/device.ts", "contract");
  write("infra/app-image/bundle.ts", "bundle");
  write("package-lock.json", "{}");
  expect(hashSources(elsewhere)).toBe(before);
  rmSync(elsewhere, { recursive: true });
  project = original;
});
