import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contextHash, setModes, writeContext } from "./context";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("writeContext", () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "context-"));
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  it("leaves exactly the context, and does not touch equal files", () => {
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

  const modesIn = (directory: string) =>
    ["", ...readdirSync(directory, { recursive: true }).map(String).sort()].map(
      (path) => `${path} ${(statSync(join(directory, path)).mode & 0o777).toString(8)}`,
    );
  const context = new Map([
    ["Dockerfile", bytes("FROM x")],
    ["page/index.html", bytes("1")],
  ]);
  const right = [" 755", "Dockerfile 644", "page 755", "page/index.html 644"];

  it.each([0o000, 0o002, 0o022, 0o027, 0o077])(
    "gives files and directories the same modes with umask %o",
    (umask) => {
      const directory = join(parent, "image");
      const before = process.umask(umask);
      try {
        writeContext(directory, context);
      } finally {
        process.umask(before);
      }
      expect(modesIn(directory)).toEqual(right);
    },
  );

  it("corrects the modes of existing files, whether it writes them again or not", () => {
    const directory = join(parent, "image");
    const mends = [() => writeContext(directory, context), () => setModes(directory)];
    writeContext(directory, context);
    for (const mend of mends) {
      chmodSync(join(directory, "page", "index.html"), 0o600);
      chmodSync(join(directory, "page"), 0o700);
      chmodSync(directory, 0o700);
      mend();
      expect(modesIn(directory)).toEqual(right);
    }
  });

  it("makes directories, and removes those that are not of the context", () => {
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

describe("contextHash", () => {
  const context = new Map([
    ["a", bytes("1")],
    ["b", bytes("2")],
  ]);

  it("does not depend on the order", () => {
    expect(contextHash(new Map([...context].reverse()))).toBe(contextHash(context));
  });

  it.each<[string, [string, string][]]>([
    [
      "content",
      [
        ["a", "1"],
        ["b", "3"],
      ],
    ],
    [
      "name",
      [
        ["a", "1"],
        ["c", "2"],
      ],
    ],
    ["number of files", [["a", "1"]]],
    ["border between files", [["a", "1b2"]]],
  ])("changes with the %s", (_, files) => {
    const other = new Map(files.map(([name, content]) => [name, bytes(content)]));
    expect(contextHash(other)).not.toBe(contextHash(context));
  });
});
