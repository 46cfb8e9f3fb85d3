import { ByteWriter } from "hyparquet-writer";
import { deltaBinaryPack } from "hyparquet-writer/src/delta.js";
import { expect, it } from "vitest";
import { packDifferences } from "./differences";

function packedByLibrary(values: BigInt64Array): Buffer {
  const writer = new ByteWriter();
  deltaBinaryPack(writer, values, "INT64");
  return Buffer.from(writer.getBytes());
}

const numbers = (length: number, value: (index: number) => number) =>
  BigInt64Array.from({ length }, (_, index) => BigInt(Math.floor(value(index))));

/** Numbers from 0 to below 1 that are the same in each run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const random = randomNumbers(1);

it.each<[string, BigInt64Array]>([
  ["one", BigInt64Array.of(-7n)],
  ["two", BigInt64Array.of(5n, -5n)],
  ["all the same", numbers(1000, () => 42)],
  ["even steps", numbers(1000, (index) => index * 3)],
  ["whole blocks and one", numbers(257, (index) => index % 7)],
  ["a run and one", numbers(34, (index) => index ** 2)],
  ["falling", numbers(300, (index) => -(index ** 3))],
  [
    "times of several sensors",
    numbers(1000, (index) => 1_795_392_000_000_000 + Math.floor(index / 5) * 1000),
  ],
  ["times far apart", numbers(1000, () => 1_795_392_000_000_000 * random())],
  ["the largest", BigInt64Array.of(2n ** 51n, -(2n ** 51n), 2n ** 51n, 0n, -(2n ** 51n))],
  ...Array.from({ length: 52 }, (_, width): [string, BigInt64Array] => [
    `differences of up to ${width} bits`,
    numbers(400, () => (random() - 0.5) * 2 ** width),
  ]),
])("packs as the library does: %s", (_which, values) => {
  expect(Buffer.from(packDifferences(values)!)).toEqual(packedByLibrary(values));
});

it("a part of a larger array is packed alone", () => {
  const all = numbers(500, (index) => index ** 2);
  expect(Buffer.from(packDifferences(all.subarray(100, 400))!)).toEqual(packedByLibrary(all.slice(100, 400)));
});

it("numbers that are too large, and no numbers, are not packed", () => {
  expect(packDifferences(BigInt64Array.of(2n ** 51n + 1n))).toBeUndefined();
  expect(packDifferences(BigInt64Array.of(0n, -(2n ** 51n) - 1n))).toBeUndefined();
  expect(packDifferences(new BigInt64Array())).toBeUndefined();
});
