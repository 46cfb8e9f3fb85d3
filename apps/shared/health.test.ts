import { existsSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createHealth } from "./health";
import { createLogger } from "./logger";

describe("health", () => {
  let folder: string;
  const lines: string[] = [];
  const logger = createLogger({ app: "test", format: "pretty", write: (line) => lines.push(line) });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "health-"));
    lines.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  it("begins without the file of an earlier life", () => {
    const file = join(folder, "health");
    writeFileSync(file, "past");
    createHealth(file, logger);
    expect(existsSync(file)).toBe(false);
  });

  it("touches the file every second, for as long as the app says so", () => {
    const file = join(folder, "health");
    const health = createHealth(file, logger);
    const age = () => Date.now() - statSync(file).mtimeMs;
    const makeOld = () => utimesSync(file, 0, 0);
    health.healthy();
    expect(existsSync(file)).toBe(true);
    makeOld();
    vi.advanceTimersByTime(1000);
    expect(age()).toBeLessThan(60_000);
    makeOld();
    health.unhealthy();
    vi.advanceTimersByTime(5000);
    expect(statSync(file).mtimeMs).toBe(0);
    health.healthy();
    expect(age()).toBeLessThan(60_000);
    health.stop();
  });

  it("complains once when the file cannot be written", () => {
    const health = createHealth(join(folder, "no", "such", "folder"), logger);
    health.healthy();
    vi.advanceTimersByTime(3000);
    health.stop();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("the health file cannot be written");
  });

  it("does nothing without a file", () => {
    const health = createHealth(undefined, logger);
    health.healthy();
    health.stop();
    expect(lines).toEqual([]);
  });
});
