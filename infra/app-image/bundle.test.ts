import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundleApps, writeContext } from "./bundle";

const bytes = (text: string) => new TextEncoder().encode(text);

it("bundles each app into one file", () => {
  expect([...bundleApps().keys()].sort()).toEqual([
    "Dockerfile",
    "broker-sync.js",
    "console.js",
    "device.js",
    "lake.js",
    "topic-init.js",
  ]);
});

describe("writeContext", () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "context-"));
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  it("leaves exactly the context, and equal files untouched", () => {
    const directory = join(parent, "image");
    writeContext(
      directory,
      new Map([
        ["a", bytes("1")],
        ["b", bytes("2")],
      ]),
    );
    writeFileSync(join(directory, "stale"), "");
    const { ino } = statSync(join(directory, "a"));
    writeContext(
      directory,
      new Map([
        ["a", bytes("1")],
        ["b", bytes("3")],
      ]),
    );
    expect(readdirSync(directory)).toEqual(["a", "b"]);
    expect(statSync(join(directory, "a")).ino).toBe(ino);
    expect(readFileSync(join(directory, "b"), "utf8")).toBe("3");
    expect(readdirSync(parent)).toEqual(["image"]);
  });
});
