import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { setContextModes } from "./context-modes.mjs";

it.each([0o022, 0o027, 0o077])(
  "gives files, programs and folders their modes in Git with umask %o",
  (umask) => {
    const folder = mkdtempSync(join(tmpdir(), "context-modes-"));
    const before = process.umask(umask);
    try {
      mkdirSync(join(folder, "bin", "deep"), { recursive: true });
      writeFileSync(join(folder, "bin", "tool"), "", { mode: 0o777 });
      writeFileSync(join(folder, "bin", "deep", "text"), "");
    } finally {
      process.umask(before);
    }
    setContextModes(folder);
    const modes = ["", ...readdirSync(folder, { recursive: true }).map(String)].map(
      (path): [string, string] => [path, (statSync(join(folder, path)).mode & 0o777).toString(8)],
    );
    rmSync(folder, { recursive: true });
    expect(Object.fromEntries(modes)).toEqual({
      "": "755",
      bin: "755",
      "bin/tool": "755",
      "bin/deep": "755",
      "bin/deep/text": "644",
    });
  },
);
