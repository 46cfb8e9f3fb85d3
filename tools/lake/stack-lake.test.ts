import { mkdir, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { SetupError } from "../setup/errors.mjs";
import { cacheProblem } from "./stack-lake";

it("the error names the directory that takes no copies, and the remedy", async () => {
  const full: unknown = await writeFile("/dev/full", "x").catch((error: unknown) => error);
  const problem = cacheProblem(full, "/cache/lake");
  expect(problem).toBeInstanceOf(SetupError);
  expect(problem?.message).toBe(
    "/cache/lake does not take copies of the table's files (ENOSPC: no space left on device, write): " +
      "free space there, or set XDG_CACHE_HOME to another directory.",
  );
  const nowhere: unknown = await mkdir("/dev/null/cache", { recursive: true }).catch(
    (error: unknown) => error,
  );
  expect(cacheProblem(nowhere, "/dev/null/cache")?.message).toContain("(ENOTDIR: not a directory, mkdir");
});

it("other failures are not explained", () => {
  expect(cacheProblem(new TypeError("x"), "/cache")).toBeUndefined();
  expect(cacheProblem(Object.assign(new Error("x"), { code: "ENOSPC" }), "/cache")).toBeUndefined();
  expect(cacheProblem("ENOSPC", "/cache")).toBeUndefined();
});
