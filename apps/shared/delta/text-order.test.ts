import { describe, expect, it } from "vitest";
import { isBefore, lowerBound, upperBound } from "./text-order";

const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

/** Numbers from 0 up to `end` that are the same in every run (mulberry32). */
function numbers(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end) | 0;
  };
}

/** What is at an edge of something: of UTF-8's lengths, of the surrogates, of Unicode; and halves of pairs. */
const pieces = [
  ...Array.from("\0a\x7f\x80\u07ff\u0800\ud7ff\ue000\ufffd\uffff\u{10000}\u{1f600}\u{10fffe}\u{10ffff}"),
  "\ud800",
  "\udbff",
  "\udc00",
  "\udfff",
];

/** Short texts, and texts around the length of bounds, many of which begin alike. */
function texts(count: number, seed: number): string[] {
  const next = numbers(seed);
  return Array.from({ length: count }, () => {
    const start = (pieces[next(pieces.length)] ?? "").repeat(
      [0, 1, 30, 31, 32, 62, 63, 64, 65, 200][next(10)] ?? 0,
    );
    return start + Array.from({ length: next(4) }, () => pieces[next(pieces.length)]).join("");
  });
}

describe("isBefore", () => {
  it("orders texts by their UTF-8 bytes", () => {
    const all = texts(300, 1);
    const wrong = all.flatMap((one) =>
      all
        .filter((other) => isBefore(one, other, 1000) !== byBytes(one, other) < 0)
        .map((other) => [one, other]),
    );
    expect(wrong).toEqual([]);
  });
});

describe("lowerBound and upperBound", () => {
  it("enclose every text, are text, and are about as short as wanted", () => {
    const wrong = [1, 2, 63, 64, 65].flatMap((maxLength) =>
      texts(5000, maxLength).filter((text) => {
        const low = lowerBound(text, maxLength);
        const high = upperBound(text, maxLength);
        if (byBytes(low, text) > 0 || low.length > maxLength || !low.isWellFormed()) return true;
        if (high === undefined) return !/^\u{10ffff}+$/u.test(low) && low !== "";
        return byBytes(text, high) > 0 || high.length > maxLength + 1 || !high.isWellFormed();
      }),
    );
    expect(wrong).toEqual([]);
  });

  it("enclose all of several texts, of which the first and last were found by as many code units", () => {
    const wrong = [1, 2, 64].flatMap((maxLength) =>
      Array.from({ length: 2000 }, (_, seed) => texts(5, seed)).filter((group) => {
        const first = group.reduce((one, other) => (isBefore(other, one, maxLength) ? other : one));
        const last = group.reduce((one, other) => (isBefore(one, other, maxLength) ? other : one));
        const low = lowerBound(first, maxLength);
        const high = upperBound(last, maxLength);
        return group.some(
          (text) => byBytes(low, text) > 0 || (high !== undefined && byBytes(text, high) > 0),
        );
      }),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ["", "", ""],
    ["a".repeat(64), "a".repeat(64), "a".repeat(64)],
    ["a".repeat(65), "a".repeat(64), `${"a".repeat(63)}b`],
    ["a".repeat(100_000), "a".repeat(64), `${"a".repeat(63)}b`],
    // The next character is beyond the surrogates, which are none.
    ["\ud7ff".repeat(65), "\ud7ff".repeat(64), `${"\ud7ff".repeat(63)}\ue000`],
    // Of a pair that does not fit nothing stays.
    ["😀".repeat(33), "😀".repeat(32), `${"😀".repeat(31)}😁`],
    [`a${"😀".repeat(33)}`, `a${"😀".repeat(31)}`, `a${"😀".repeat(30)}😁`],
    // The next character is a pair.
    ["\uffff".repeat(65), "\uffff".repeat(64), `${"\uffff".repeat(63)}\u{10000}`],
    [`b${"\u{10ffff}".repeat(40)}`, `b${"\u{10ffff}".repeat(31)}`, "c"],
    // Nothing shorter comes after it.
    ["\u{10ffff}".repeat(33), "\u{10ffff}".repeat(32), undefined],
    // Files hold it so.
    ["\ud800", "\ufffd", "\ufffd"],
  ])("are the shortest that Delta's own writers would give: case %#", (text, low, high) => {
    expect([lowerBound(text, 64), upperBound(text, 64)]).toEqual([low, high]);
  });
});
