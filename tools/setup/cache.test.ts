import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { publish, readStamp, recipeHash, writeStamp } from "./cache.mjs";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-iot-sim-cache-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string) {
  writeFileSync(path, text);
  return Promise.resolve();
}

test("what is made appears whole, under its own name alone", async () => {
  const path = join(folder, "thing");
  await publish(path, (temporary) => {
    expect(existsSync(path)).toBe(false);
    return write(temporary, "whole");
  });
  expect(readFileSync(path, "utf8")).toBe("whole");
  expect(readdirSync(folder)).toEqual(["thing"]);
});

test("what could not be made leaves nothing, and what was there stays", async () => {
  const path = join(folder, "thing");
  await publish(path, (temporary) => write(temporary, "old"));
  const half = publish(path, async (temporary) => {
    await write(temporary, "half");
    throw new Error("broken");
  });
  await expect(half).rejects.toThrow("broken");
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["thing"]);
});

test("a folder takes the place of a folder, and a killed attempt's remains go", async () => {
  const path = join(folder, "thing");
  mkdirSync(path);
  writeFileSync(join(path, "old"), "");
  mkdirSync(`${path}.new-${2 ** 22 + 1}`);
  await publish(path, (temporary) => {
    mkdirSync(temporary);
    return write(join(temporary, "new"), "");
  });
  expect(readdirSync(folder)).toEqual(["thing"]);
  expect(readdirSync(path)).toEqual(["new"]);
});

test("a recipe's hash follows every file, its name and the values given", () => {
  writeFileSync(join(folder, "a"), "1");
  const hash = recipeHash([folder], ["x"]);
  expect(recipeHash([folder], ["x"])).toBe(hash);
  expect(recipeHash([folder], ["y"])).not.toBe(hash);
  mkdirSync(join(folder, "sub"));
  writeFileSync(join(folder, "sub", "b"), "2");
  expect(recipeHash([folder], ["x"])).not.toBe(hash);
});

test("a stamp says with which recipe a thing was made", () => {
  expect(readStamp(folder)).toBeUndefined();
  writeStamp(folder, "abc");
  expect(readStamp(folder)).toBe("abc");
});
