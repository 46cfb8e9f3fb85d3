import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { NodeWatch, type Verdict } from "./node-watch";

const startMs = 1_000_000;
let ending: AbortController;
beforeEach(() => {
  vi.useFakeTimers({ now: startMs });
  ending = new AbortController();
});
afterEach(() => {
  ending.abort();
  vi.useRealTimers();
});

it("looks each second, and knows since when the node does as it does", async () => {
  const verdicts: Verdict[] = [
    { condition: "healthy" },
    { condition: "healthy" },
    { condition: "unreachable", reason: "connection lost" },
    { condition: "unreachable", reason: "connection refused" },
    { condition: "healthy" },
  ];
  const watch = new NodeWatch("broker-1", () => Promise.resolve(verdicts.shift() ?? { condition: "sick" }));
  expect(watch.frame).toEqual({ name: "broker-1", condition: "unknown", sinceMs: startMs });
  const running = watch.run(ending.signal);
  const frames = [];
  for (let second = 0; second < 5; second++) {
    await vi.advanceTimersByTimeAsync(second === 0 ? 10 : 1000);
    const { condition, reason, sinceMs } = watch.frame;
    frames.push([condition, reason, sinceMs - startMs]);
  }
  expect(frames).toEqual([
    ["healthy", undefined, 0],
    ["healthy", undefined, 0],
    ["unreachable", "connection lost", 2000],
    ["unreachable", "connection refused", 2000],
    ["healthy", undefined, 4000],
  ]);
  ending.abort();
  await running;
  expect(verdicts).toEqual([]);
});

it("waits for a look that takes long, and looks again at once", async () => {
  let looks = 0;
  const watch = new NodeWatch("broker-1", async () => {
    looks++;
    await new Promise((resolve) => setTimeout(resolve, 2000));
    return { condition: "healthy" };
  });
  void watch.run(ending.signal);
  await vi.advanceTimersByTimeAsync(6500);
  expect(looks).toBe(4);
});
