import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isAlive, readOwner, withLock } from "./lock.mjs";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-iot-sim-lock-"));
  path = join(folder, "setup.lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("names its holder while held, and leaves nothing behind", async () => {
  const result = await withLock(path, () => {
    expect(readOwner(path)).toMatchObject({ pid: process.pid });
    return Promise.resolve("result");
  });
  expect(result).toBe("result");
  expect(readdirSync(folder)).toEqual([]);
});

test("is released when the work fails", async () => {
  await expect(withLock(path, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(existsSync(path)).toBe(false);
});

test("two processes that want it take turns, and the second learns which one holds it", async () => {
  const events: string[] = [];
  const work = (name: string) => async () => {
    events.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    events.push(`${name} ends`);
  };
  const onWait = ({ pid }: { pid: number }) =>
    events.push(`waiting for ${pid === process.pid ? "us" : "another"}`);
  await Promise.all([
    withLock(path, work("first"), { onWait, pollMs: 2 }),
    withLock(path, work("second"), { onWait, pollMs: 2 }),
  ]);
  expect(events).toEqual(["first begins", "waiting for us", "first ends", "second begins", "second ends"]);
});

test.each([
  ["of a process that is gone", JSON.stringify({ pid: 2 ** 22 + 1, started: "1" })],
  ["of a process number that another process has now", JSON.stringify({ pid: process.pid, started: "1" })],
  ["with no sense in it", "{"],
])("a lock %s is taken over", async (_, content) => {
  writeFileSync(path, content);
  expect(await withLock(path, () => Promise.resolve("done"))).toBe("done");
  expect(readdirSync(folder)).toEqual([]);
});

test("a process is known by its number and its start", () => {
  expect(isAlive({ pid: process.pid, started: "" })).toBe(true);
  expect(isAlive({ pid: 0, started: "" })).toBe(false);
});
