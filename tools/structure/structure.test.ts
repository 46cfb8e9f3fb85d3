import { describe, expect, it } from "vitest";
import { root } from "../setup/environment.mjs";
import { structureOf } from "./figures";
import { cycles, grouped, importGraph, longestChain, reachedFrom } from "./import-graph";
import { codeOf } from "./sources";

const importing = (...specifiers: string[]) => specifiers.map((path) => `import "${path}";\n`).join("");

describe("the import graph", () => {
  it("has imports of values, of types, and of what is exported again", () => {
    const sources = new Map([
      [
        "a/one.ts",
        'import type { Two } from "./two";\nexport * from "../b/three";\nimport zod from "zod";\n',
      ],
      ["a/two.ts", 'export const later = () => import("../b/page");\n'],
      ["b/three.ts", ""],
      ["b/page.tsx", 'import { one } from "../a/one.ts";\nimport "./style.css";\n'],
    ]);
    expect(Object.fromEntries(importGraph(sources))).toEqual({
      "a/one.ts": ["a/two.ts", "b/three.ts"],
      "a/two.ts": ["b/page.tsx"],
      "b/three.ts": [],
      "b/page.tsx": ["a/one.ts"],
    });
  });

  it("shows circles of files and of folders", () => {
    const graph = importGraph(
      new Map([
        ["a/one.ts", importing("./two", "../b/three")],
        ["a/two.ts", importing("./one")],
        ["b/three.ts", importing("./four")],
        ["b/four.ts", importing("../a/five")],
        ["a/five.ts", ""],
      ]),
    );
    expect(cycles(graph)).toEqual([["a/one.ts", "a/two.ts"]]);
    expect(cycles(grouped(graph, (path) => path.split("/")[0] ?? ""))).toEqual([["a", "b"]]);
  });

  it("shows what is reached from a file, and the longest way there", () => {
    const graph = importGraph(
      new Map([
        ["a/one.ts", importing("./two", "./four")],
        ["a/two.ts", importing("./three")],
        ["a/three.ts", importing("./four", "../b/far")],
        ["a/four.ts", ""],
        ["b/far.ts", ""],
      ]),
    );
    const within = (path: string) => path.startsWith("a/");
    expect(reachedFrom(graph, "a/one.ts", within).size).toBe(4);
    expect(longestChain(graph, "a/one.ts", within)).toEqual([
      "a/one.ts",
      "a/two.ts",
      "a/three.ts",
      "a/four.ts",
    ]);
  });
});

describe("the project", () => {
  const sources = codeOf(root);
  const figures = structureOf(sources);

  it("is read from its files", () => {
    expect(sources.size).toBeGreaterThan(300);
    expect(figures.readings.map(({ behaviour }) => behaviour)).toEqual(["send", "follow", "config"]);
    expect(Math.min(...figures.readings.map(({ files }) => files))).toBeGreaterThan(3);
  });

  it("has no circle of files, imports of types included", () => {
    expect(figures.fileCycles).toEqual([]);
  });

  it("has no circle of folders", () => {
    expect(figures.folderCycles).toEqual([]);
  });

  it("has no file of more than 400 lines", () => {
    const longest = Math.max(figures.code.max, figures.tests.max);
    expect(longest, `${figures.code.largest} or ${figures.tests.largest}`).toBeLessThanOrEqual(400);
  });

  it("has no name that begins with a superlative where the field says max", () => {
    expect(figures.superlatives).toEqual([]);
  });
});
