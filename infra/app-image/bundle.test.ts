import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundleApps, hashContext, writeContext } from "./bundle";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("the bundles", () => {
  it("are one file an app and the Dockerfile, the same each time", () => {
    const context = bundleApps();
    expect([...context.keys()].sort()).toEqual([
      "Dockerfile",
      "console.js",
      "device.js",
      "lake.js",
      "topic-init.js",
    ]);
    expect(hashContext(bundleApps())).toBe(hashContext(context));
  });
});

describe("hashContext", () => {
  it("does not depend on the order of the files, but on each name and content", () => {
    const hash = hashContext(
      new Map([
        ["a", bytes("1")],
        ["b", bytes("2")],
      ]),
    );
    expect(
      hashContext(
        new Map([
          ["b", bytes("2")],
          ["a", bytes("1")],
        ]),
      ),
    ).toBe(hash);
    expect(
      hashContext(
        new Map([
          ["a", bytes("2")],
          ["b", bytes("1")],
        ]),
      ),
    ).not.toBe(hash);
    expect(
      hashContext(
        new Map([
          ["a", bytes("12")],
          ["b", bytes("")],
        ]),
      ),
    ).not.toBe(hash);
  });
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
