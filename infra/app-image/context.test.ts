import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeContext } from "./context";

const bytes = (text: string) => new TextEncoder().encode(text);

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

  it("makes directories, and removes those that are not the context's", () => {
    const directory = join(parent, "image");
    mkdirSync(join(directory, "old", "deep"), { recursive: true });
    mkdirSync(join(directory, "page", "index.html"), { recursive: true });
    writeFileSync(join(directory, "assets"), "");
    writeFileSync(join(directory, "page", "stale.js"), "");
    writeContext(
      directory,
      new Map([
        ["page/index.html", bytes("1")],
        ["assets/a.js", bytes("2")],
      ]),
    );
    expect(readdirSync(directory, { recursive: true }).sort()).toEqual([
      "assets",
      "assets/a.js",
      "page",
      "page/index.html",
    ]);
    expect(readFileSync(join(directory, "page", "index.html"), "utf8")).toBe("1");
    expect(readdirSync(parent)).toEqual(["image"]);
  });
});
