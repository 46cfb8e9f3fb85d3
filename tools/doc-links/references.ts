/** What a page of Markdown refers to within the repository. */
export interface References {
  /** Targets of links that are neither addresses of the web nor of mail, as they are written: `lake.md#read-it`. */
  readonly links: readonly string[];
  /** Paths of the repository in backticks: `apps/device/main.ts`. May have `*` for a part of a name. */
  readonly paths: readonly string[];
}

const topFolders = [
  "apps",
  "bench",
  "contract",
  "docs",
  "infra",
  "test",
  "tools",
  ".ci",
  ".devcontainer",
  ".github",
];
const pathPattern = new RegExp(
  `^(?:${topFolders.map((name) => name.replace(".", "\\.")).join("|")})/[\\w.*/-]+$`,
);

/** Finds the references of a page. What is in blocks of code is none. */
export function referencesOf(markdown: string): References {
  const text = markdown.replace(/^```[\s\S]*?^```/gm, "");
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  const code = [...text.matchAll(/`([^`\n]+)`/g)].map(([, content = ""]) => content);
  return {
    links: links.filter((target) => !/^[a-z]+:/.test(target)),
    paths: code.filter((content) => pathPattern.test(content)),
  };
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(markdown: string): string[] {
  const text = markdown.replace(/^```[\s\S]*?^```/gm, "");
  const seen = new Map<string, number>();
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = plain.replace(/[^\p{L}\p{N}_\- ]/gu, "").replaceAll(" ", "-");
    const earlier = seen.get(anchor) ?? 0;
    seen.set(anchor, earlier + 1);
    return earlier === 0 ? anchor : `${anchor}-${earlier}`;
  });
}
