import { expect, it } from "vitest";
import { Stalls } from "./progress";

it("Stalls reports since when a reader has made no progress that has more to read", () => {
  const stalls = new Stalls();
  stalls.note("a", { next: 5, end: 9 }, 0);
  stalls.note("b", undefined, 0);
  stalls.note("c", { next: 9, end: 9 }, 0);
  for (let nowMs = 1_000; nowMs <= 30_000; nowMs += 1_000) {
    stalls.note("a", { next: nowMs <= 3_000 ? 6 : 5, end: 9 }, nowMs);
    stalls.note("b", undefined, nowMs);
    stalls.note("c", { next: 9 + nowMs, end: 9 + nowMs }, nowMs);
  }
  expect(stalls.stalled(25_000, 30_000)).toEqual([
    { key: "b", sinceMs: 0 },
    { key: "a", sinceMs: 1_000 },
  ]);
  // The position of b has become known, and a has come further than before: both are progress.
  stalls.note("b", { next: 0, end: 9 }, 30_000);
  stalls.note("a", { next: 7, end: 9 }, 30_000);
  expect(stalls.stalled(25_000, 30_000)).toEqual([]);
  // A topic of the same name was made anew: it ends before the position that was reached in the former one.
  stalls.note("a", { next: 0, end: 3 }, 50_000);
  expect(stalls.stalled(25_000, 60_000).map(({ key }) => key)).toEqual(["b", "c"]);
  stalls.keep(new Set(["a"]));
  expect(stalls.stalled(0, 60_000)).toEqual([{ key: "a", sinceMs: 50_000 }]);
});
