import { describe, expect, it } from "vitest";
import { BoundedBuffer } from "./buffer";

describe("bounded buffer", () => {
  it("gives back what came first, first", () => {
    const buffer = new BoundedBuffer<number>(10);
    for (const item of [1, 2, 3]) expect(buffer.push(item)).toBe(false);
    expect(buffer.take(2)).toEqual([1, 2]);
    buffer.push(4);
    expect(buffer.take(10)).toEqual([3, 4]);
    expect(buffer.take(10)).toEqual([]);
    expect(buffer.dropped).toBe(0);
  });

  it("drops the oldest beyond its limit, and counts them", () => {
    const buffer = new BoundedBuffer<number>(3);
    const pushedOut = [1, 2, 3, 4, 5].map((item) => buffer.push(item));
    expect(pushedOut).toEqual([false, false, false, true, true]);
    expect(buffer.size).toBe(3);
    expect(buffer.dropped).toBe(2);
    expect(buffer.take(5)).toEqual([3, 4, 5]);
  });

  it("keeps its bound and its order over a long life", () => {
    const buffer = new BoundedBuffer<number>(1000);
    const taken: number[] = [];
    for (let item = 0; item < 50_000; item++) {
      buffer.push(item);
      if (item % 7 === 0) taken.push(...buffer.take(6));
      expect(buffer.size).toBeLessThanOrEqual(1000);
    }
    taken.push(...buffer.take(5000));
    expect(taken).toEqual(taken.toSorted((one, other) => one - other));
    expect(taken.length + buffer.dropped).toBe(50_000);
  });
});
