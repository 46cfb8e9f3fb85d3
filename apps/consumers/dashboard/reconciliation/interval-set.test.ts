import { describe, expect, it } from "vitest";
import { countOf, IntervalSet, merged, type MissingRange, withTimes } from "./interval-set";

const setOf = (...ranges: readonly (readonly [number, number])[]) => {
  const set = new IntervalSet();
  for (const [from, to] of ranges) set.add(from, to);
  return set;
};

describe("an interval set", () => {
  it("reports whether it had a number already", () => {
    const set = new IntervalSet();
    expect([5, 6, 8, 7, 6, 5, 0].map((number) => set.addOne(number))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      true,
    ]);
    expect(set.present(0, 100)).toEqual([
      { from: 0, to: 0 },
      { from: 5, to: 8 },
    ]);
    expect([set.first, set.last, set.runs]).toEqual([0, 8, 2]);
  });

  it("has no bounds while it is empty", () => {
    const set = new IntervalSet();
    expect([set.first, set.last, set.runs, set.has(0), set.covers(0, -1), set.covers(0, 0)]).toEqual([
      Infinity,
      -Infinity,
      0,
      false,
      true,
      false,
    ]);
    expect(set.missing(2, 4)).toEqual([{ from: 2, to: 4 }]);
  });

  it("merges runs that touch, and no others", () => {
    const set = setOf([0, 1], [4, 5], [8, 9]);
    set.add(2, 2);
    expect(set.present(0, 9)).toEqual([
      { from: 0, to: 2 },
      { from: 4, to: 5 },
      { from: 8, to: 9 },
    ]);
    set.add(3, 7);
    expect(set.runs).toBe(1);
  });

  it("equals a plain set after any additions in any order", () => {
    let state = 1;
    const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 300; round++) {
      const set = new IntervalSet();
      const model = new Set<number>();
      for (let step = 0; step < 40; step++) {
        const from = random(60);
        if (random(2) === 0) {
          expect(set.addOne(from)).toBe(!model.has(from));
          model.add(from);
          continue;
        }
        const to = from + random(6);
        set.add(from, to);
        for (let number = from; number <= to; number++) model.add(number);
      }
      const [low, high] = [random(40), 25 + random(45)];
      const inside = Array.from({ length: Math.max(0, high - low + 1) }, (_, index) => low + index);
      const flat = (ranges: readonly { from: number; to: number }[]) =>
        ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
      expect(flat(set.present(low, high))).toEqual(inside.filter((number) => model.has(number)));
      expect(flat(set.missing(low, high))).toEqual(inside.filter((number) => !model.has(number)));
      expect(inside.filter((number) => set.has(number))).toEqual(
        inside.filter((number) => model.has(number)),
      );
      expect(countOf(set.present(0, 100))).toBe(model.size);
      expect(set.covers(low, high)).toBe(inside.every((number) => model.has(number)));
      expect([set.first, set.last]).toEqual([Math.min(...model), Math.max(...model)]);
      const numbers = [...model].sort((one, other) => one - other);
      expect(set.runs).toBe(numbers.filter((number) => !model.has(number - 1)).length);
    }
  });
});

const range = (from: number, to: number) => ({ from, to });
const since = (from: number, to: number, sinceMs: number): MissingRange => ({ from, to, sinceMs });

describe("missing ranges", () => {
  it("keep the time at which each part was first missing", () => {
    expect(withTimes([], [range(3, 5), range(8, 8)], 1)).toEqual([since(3, 5, 1), since(8, 8, 1)]);
    expect(withTimes([since(3, 5, 1), since(8, 8, 1)], [range(1, 9)], 2)).toEqual([
      since(1, 2, 2),
      since(3, 5, 1),
      since(6, 7, 2),
      since(8, 8, 1),
      since(9, 9, 2),
    ]);
    expect(withTimes([since(1, 9, 1)], [range(2, 3), range(9, 12)], 2)).toEqual([
      since(2, 3, 1),
      since(9, 9, 1),
      since(10, 12, 2),
    ]);
    expect(
      withTimes([since(0, 0, 1), since(1, 2, 2), since(7, 7, 1)], [range(1, 1), range(7, 7)], 3),
    ).toEqual([since(1, 1, 2), since(7, 7, 1)]);
    expect(withTimes([since(1, 9, 1)], [], 2)).toEqual([]);
  });

  it("that touch are merged", () => {
    expect(merged([range(1, 2), range(3, 5), range(7, 7), range(8, 9)])).toEqual([range(1, 5), range(7, 9)]);
    expect(merged([])).toEqual([]);
  });
});
