import { describe, expect, it } from "vitest";
import { carried, joined, type Suspect } from "./suspects";

const range = (from: number, to: number) => ({ from, to });
const since = (from: number, to: number, sinceMs: number): Suspect => ({ from, to, sinceMs });

describe("what is missing now", () => {
  it("is known since it was first missing, each part by itself", () => {
    expect(carried([], [range(3, 5), range(8, 8)], 1)).toEqual([since(3, 5, 1), since(8, 8, 1)]);
    expect(carried([since(3, 5, 1), since(8, 8, 1)], [range(1, 9)], 2)).toEqual([
      since(1, 2, 2),
      since(3, 5, 1),
      since(6, 7, 2),
      since(8, 8, 1),
      since(9, 9, 2),
    ]);
    expect(carried([since(1, 9, 1)], [range(2, 3), range(9, 12)], 2)).toEqual([
      since(2, 3, 1),
      since(9, 9, 1),
      since(10, 12, 2),
    ]);
    expect(carried([since(0, 0, 1), since(1, 2, 2), since(7, 7, 1)], [range(1, 1), range(7, 7)], 3)).toEqual([
      since(1, 1, 2),
      since(7, 7, 1),
    ]);
    expect(carried([since(1, 9, 1)], [], 2)).toEqual([]);
  });

  it("is told in as few ranges as there are", () => {
    expect(joined([range(1, 2), range(3, 5), range(7, 7), range(8, 9)])).toEqual([range(1, 5), range(7, 9)]);
    expect(joined([])).toEqual([]);
  });
});
