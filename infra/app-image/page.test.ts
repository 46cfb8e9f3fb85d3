import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { projectDirectory } from "./bundle";
import { buildPage } from "./page";

/** Other tests may need both cores meanwhile. */
const timeoutMs = 60_000;

it(
  "builds a page of few files that takes nothing from elsewhere and has nothing inline",
  { timeout: timeoutMs },
  () => {
    const page = buildPage(projectDirectory);
    const paths = [...page.keys()].sort();
    expect(paths.map((path) => path.replace(/-[\w-]{8}\./, "-HASH.")).sort()).toEqual([
      "page/assets/favicon-HASH.svg",
      "page/assets/index-HASH.css",
      "page/assets/index-HASH.js",
      "page/index.html",
    ]);
    const markup = new TextDecoder().decode(page.get("page/index.html"));
    const links = [...markup.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link]) =>
      link!.replace("./", "page/"),
    );
    expect(links.sort()).toEqual(paths.filter((path) => path !== "page/index.html"));
    expect(markup).not.toMatch(/<style|style=|<script[^>]*>[^<]/);

    const compressedBytes = [...page.values()].reduce((sum, content) => sum + gzipSync(content).length, 0);
    expect(compressedBytes).toBeLessThan(60_000);
  },
);
