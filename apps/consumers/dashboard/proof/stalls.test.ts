import { expect, it } from "vitest";
import { Stalls } from "./stalls";

it("knows since when something has not moved on that has more before it", () => {
  const stalls = new Stalls();
  stalls.look("a", { next: 5, end: 9 }, 0);
  stalls.look("b", undefined, 0);
  stalls.look("c", { next: 9, end: 9 }, 0);
  for (let nowMs = 1_000; nowMs <= 30_000; nowMs += 1_000) {
    stalls.look("a", { next: nowMs <= 3_000 ? 6 : 5, end: 9 }, nowMs);
    stalls.look("b", undefined, nowMs);
    stalls.look("c", { next: 9 + nowMs, end: 9 + nowMs }, nowMs);
  }
  expect(stalls.stalled(25_000, 30_000)).toEqual([
    { key: "b", sinceMs: 0 },
    { key: "a", sinceMs: 1_000 },
  ]);
  // What was not known has come: that is progress, as is reaching what was never reached.
  stalls.look("b", { next: 0, end: 9 }, 30_000);
  stalls.look("a", { next: 7, end: 9 }, 30_000);
  expect(stalls.stalled(25_000, 30_000)).toEqual([]);
  // Another under the same name, which ends before what was reached of the former.
  stalls.look("a", { next: 0, end: 3 }, 50_000);
  expect(stalls.stalled(25_000, 60_000).map(({ key }) => key)).toEqual(["b", "c"]);
  stalls.keep(new Set(["a"]));
  expect(stalls.stalled(0, 60_000)).toEqual([{ key: "a", sinceMs: 50_000 }]);
});
