import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../setup/environment.mjs";
import { anchorsOf, referencesOf } from "./references";

const pages = globSync(["*.md", "docs/**/*.md", ".github/**/*.md"], { cwd: root }).sort();
const read = (page: string) => readFileSync(join(root, page), "utf8");
const exists = (path: string) => globSync(path, { cwd: root }).length > 0;

describe.each(pages)("%s", (page) => {
  const { links, paths } = referencesOf(read(page));

  it("links to pages and headings that exist", () => {
    const broken = links.filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : normalize(join(dirname(page), path));
      if (!exists(target)) return true;
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("names paths that exist", () => {
    expect(paths.filter((path) => !exists(path))).toEqual([]);
  });
});

it("every decision is in the index of decisions, with its date and its status", () => {
  const index = read("docs/decisions/README.md");
  const decisions = globSync("docs/decisions/*.md", { cwd: root }).filter(
    (path) => !path.endsWith("README.md"),
  );
  for (const decision of decisions) {
    const text = read(decision);
    const file = decision.slice("docs/decisions/".length);
    const [, date, status] = /^- Date: (\d{4}-\d\d-\d\d).*\n- Status: (accepted|replaced)/m.exec(text) ?? [];
    const [row] = index.split("\n").filter((line) => line.includes(`(${file})`));
    expect(row, `the row of ${file}`).toMatch(
      new RegExp(`^\\| \\d+ +\\| ${date ?? "?"} .*\\| ${status ?? "?"} +\\|$`),
    );
  }
});

it("the README has at most 12,000 bytes", () => {
  expect(Buffer.byteLength(read("README.md"))).toBeLessThanOrEqual(12_000);
});

describe("a page's references", () => {
  it("are relative links and paths in backticks, without those in blocks of code", () => {
    const page = [
      "See [one](one.md#part-1), ![a picture](pictures/two.svg), [the web](https://example.com) and `apps/device/main.ts`.",
      "Not `npm test`, `apps`, or `test/<name>.ts`, but `test/lake-*.test.ts`.",
      "```",
      "[three](three.md) `apps/none.ts`",
      "```",
    ].join("\n");
    expect(referencesOf(page)).toEqual({
      links: ["one.md#part-1", "pictures/two.svg"],
      paths: ["apps/device/main.ts", "test/lake-*.test.ts"],
    });
  });

  it("may name headings by the anchors that GitHub gives them", () => {
    expect(anchorsOf("# The lake\n\n## Prove it: `npm run verify`\n\n## Part 1\n\n## Part 1\n")).toEqual([
      "the-lake",
      "prove-it-npm-run-verify",
      "part-1",
      "part-1-1",
    ]);
  });
});
