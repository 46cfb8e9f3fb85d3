import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { delay } from "../../shutdown";
import { BusyShare } from "./busy-share";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new AbortController().signal;
const work = (ms: number) => () => delay(ms).then(() => {});

it("lets work take its share of the time, one piece after the other", async () => {
  const share = new BusyShare(0.25, never);
  const began: number[] = [];
  const start = performance.now();
  for (const ms of [10, 20, 10])
    void share.run(() => {
      began.push(performance.now() - start);
      return work(ms)();
    });
  await vi.advanceTimersByTimeAsync(1000);
  expect(began).toEqual([0, 40, 120]);
});

it("puts short waits together", async () => {
  const share = new BusyShare(0.5, never);
  let done = 0;
  for (let time = 0; time < 100; time++) void share.run(work(1)).then(() => done++);
  await vi.advanceTimersByTimeAsync(104);
  expect(done).toBeGreaterThan(48);
  expect(done).toBeLessThan(56);
});

it("does not wait where work may take all of it, nor when all ends", async () => {
  const all = new BusyShare(1, never);
  let done = 0;
  for (let time = 0; time < 10; time++) void all.run(work(10)).then(() => done++);
  await vi.advanceTimersByTimeAsync(100);
  expect(done).toBe(10);
  const ending = new AbortController();
  const little = new BusyShare(0.001, ending.signal);
  void little.run(work(1000));
  void little.run(() => {
    done++;
  });
  await vi.advanceTimersByTimeAsync(2000);
  expect(done).toBe(10);
  ending.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(done).toBe(11);
});

it("passes on what work throws, and goes on", async () => {
  const share = new BusyShare(1, never);
  const failing = share.run(() => {
    throw new Error("my own");
  });
  await expect(failing).rejects.toThrow("my own");
  await expect(share.run(() => {})).resolves.toBeUndefined();
});
