// npm run structure: figures of how the code is divided, now or at a commit.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../commands.mjs";
import { runCommand, wrongUsage } from "../setup/command.mjs";
import { root } from "../setup/environment.mjs";
import { quoted } from "../setup/errors.mjs";
import { type Sizes, type StructureFigures, structureOf } from "./figures";
import { codeOf } from "./sources";

void runCommand(commands.structure, ({ values }) => {
  const commit = values.at;
  if (commit !== undefined && !isCommit(commit))
    throw wrongUsage(commands.structure, `--at ${quoted(commit)}: give a commit of this working copy`);
  for (const line of report(structureOf(codeOf(root, commit)), readmeBytes(commit))) console.log(line);
  return Promise.resolve(0);
});

function report(figures: StructureFigures, bytesOfReadme: number): string[] {
  const { code, tests, fileCycles, folderCycles, readings, superlatives } = figures;
  return [
    `code         ${show(code)}`,
    `tests        ${show(tests)}`,
    `cycles       ${fileCycles.length} of files, ${folderCycles.length} of folders`,
    ...[...fileCycles, ...folderCycles].map((members) => `             ${members.join(" ⇄ ")}`),
    ...readings.flatMap(({ behaviour, from, files, chain }) => [
      `${behaviour.padEnd(12)} ${files} files from ${from}; the longest chain has ${chain.length}:`,
      `             ${chain.join(" → ")}`,
    ]),
    `README       ${bytesOfReadme} bytes`,
    `most…        ${superlatives.length} identifiers${superlatives.length > 0 ? `: ${superlatives.join(", ")}` : ""}`,
  ];
}

function show({ files, median, max, largest, under50, over400 }: Sizes): string {
  return `${files} files; median ${median} lines, max ${max} (${largest}); ${under50} under 50 lines, ${over400} over 400`;
}

function readmeBytes(commit: string | undefined): number {
  if (commit === undefined) return readFileSync(join(root, "README.md")).length;
  return Number(
    execFileSync("git", ["cat-file", "-s", `${commit}:README.md`], { cwd: root, encoding: "utf8" }),
  );
}

function isCommit(name: string): boolean {
  try {
    execFileSync("git", ["rev-parse", "--verify", "--quiet", `${name}^{commit}`, "--"], {
      cwd: root,
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
}
