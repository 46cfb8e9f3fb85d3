import { describe, expect, it } from "vitest";
import { Curve } from "./curve";

const filled = (count: number, capacity: number) => {
  const curve = new Curve();
  for (let at = 1; at <= count; at++) curve.add(at * 1_000, at / 2, capacity);
  return curve;
};
const point = (at: number) => [at * 1_000, at / 2];

describe("a curve", () => {
  it("has nothing at first", () => {
    expect(new Curve().newest(10)).toEqual([]);
    expect(new Curve().mark).toBe(0);
  });

  it.each([1, 15, 16, 17, 40, 41, 100])("keeps the newest of %d points", (count) => {
    const expected = Array.from({ length: Math.min(40, count) }, (_, index) =>
      point(count - index),
    ).reverse();
    expect(filled(count, 40).newest(1_000)).toEqual(expected);
    expect(filled(count, 40).newest(3)).toEqual(expected.slice(-3));
  });

  it("gives what came after a mark, as far as it is kept", () => {
    const curve = filled(10, 20);
    const { mark } = curve;
    expect(curve.since(mark)).toEqual([]);
    curve.add(11_000, 5.5, 20);
    curve.add(12_000, 6, 20);
    expect(curve.since(mark)).toEqual([point(11), point(12)]);
    for (let at = 13; at <= 40; at++) curve.add(at * 1_000, at / 2, 20);
    expect(curve.since(mark)).toEqual(Array.from({ length: 20 }, (_, index) => point(21 + index)));
  });

  it("leaves out what is not newer than the newest", () => {
    const curve = filled(3, 20);
    curve.add(3_000, 99, 20);
    curve.add(2_500, 99, 20);
    expect(curve.newest(9)).toEqual([point(1), point(2), point(3)]);
  });

  it("keeps what it has where less may be kept than before, in order", () => {
    const curve = filled(40, 40);
    curve.add(41_000, 20.5, 16);
    expect(curve.newest(100)).toEqual(Array.from({ length: 40 }, (_, index) => point(2 + index)));
  });
});
