import { expect, it } from "vitest";
import { ArrivalTimes } from "./arrival-times";

it("timestamps are counted by hundredths of a second, in any order", () => {
  const times = new ArrivalTimes();
  expect([...times.all]).toEqual([]);
  for (const timeMs of [1_000, 1_009, 1_010, 1_003, 1_003, 5, -1]) times.add(timeMs);
  const counts = [
    [100, 4],
    [101, 1],
    [0, 1],
    [-1, 1],
  ];
  expect([...times.all]).toEqual(counts);
  expect([...times.all]).toEqual(counts);
  times.add(-9);
  expect(times.all.get(-1)).toBe(2);
});
