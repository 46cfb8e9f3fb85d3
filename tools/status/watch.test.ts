import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { StateFrame } from "../../contract/frames/frames";
import { eachSecond, ofThisVersion } from "./watch";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

it("calls back each second from the next on, and at once where that took longer, until it is told to stop", async () => {
  const stop = new AbortController();
  const startedMs = performance.now();
  const calls: number[] = [];
  const done = eachSecond(stop.signal, async () => {
    calls.push(performance.now() - startedMs);
    if (calls.length === 2) await new Promise((resolve) => setTimeout(resolve, 2_500));
  });
  await vi.advanceTimersByTimeAsync(5_700);
  // A timer takes a millisecond at least.
  expect(calls).toEqual([1_000, 2_000, 4_501, 5_501]);
  stop.abort();
  await done;
  expect(calls).toHaveLength(4);
});

it("takes no dashboard's word that does not say what is not proved", () => {
  const of = (conservation: object) => ({ overview: { conservation } }) as StateFrame;
  expect(() => ofThisVersion(of({ missing: 0 }))).toThrow(
    "the dashboard is of another version of this program: npm start replaces it",
  );
  expect(ofThisVersion(of({ unproved: [] }))).toEqual(of({ unproved: [] }));
});
