import { describe, expect, it } from "vitest";
import { batchesOf } from "./batches";

const batches = (...partitions: number[]) => batchesOf(partitions, (each) => each);

describe("topics of one request", () => {
  it("are none where there are none", () => {
    expect(batches()).toEqual([]);
  });

  it("are fifty at most", () => {
    expect(batches(...Array.from({ length: 120 }, () => 1)).map((batch) => batch.length)).toEqual([
      50, 50, 20,
    ]);
  });

  it("have two thousand partitions at most, unless one alone has more", () => {
    expect(batches(1500, 500, 1, 1999, 1, 5000, 1)).toEqual([[1500, 500], [1, 1999], [1], [5000], [1]]);
  });
});
