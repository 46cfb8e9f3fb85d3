import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { doublingDelay, retryUntil } from "./retry";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new AbortController().signal;
const unavailable = new Error("the broker is not available");
const isUnavailable = (error: unknown) => error === unavailable;

/** An attempt that succeeds with "done" after some failures. */
const failingTimes = (failures: number, fail: () => undefined) => {
  let left = failures;
  return vi.fn((): string | undefined => (left-- > 0 ? fail() : "done"));
};
const throwUnavailable = (): never => {
  throw unavailable;
};
const rejecting = (failures: number) => {
  let left = failures;
  return vi.fn(() => (left-- > 0 ? Promise.reject(unavailable) : Promise.resolve("done")));
};

describe("retryUntil", () => {
  it("returns the result of the first attempt without a delay", async () => {
    const attempt = failingTimes(0, () => undefined);
    await expect(retryUntil(never, attempt, { delayMs: 1000 })).resolves.toBe("done");
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it.each([
    ["0", 0],
    ["an empty text", ""],
    ["false", false],
    ["null", null],
  ])("takes %s as a result", async (_name, value) => {
    const attempt = vi.fn(() => value);
    await expect(retryUntil(never, attempt, { delayMs: 1000 })).resolves.toBe(value);
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it("repeats attempts that return undefined, throw or reject, after the delay", async () => {
    for (const attempt of [
      failingTimes(2, () => undefined),
      failingTimes(2, throwUnavailable),
      rejecting(2),
    ]) {
      const result = retryUntil(never, attempt, { delayMs: 1000, canRetry: isUnavailable });
      await vi.advanceTimersByTimeAsync(1999);
      expect(attempt).toHaveBeenCalledTimes(2);
      await vi.advanceTimersByTimeAsync(1);
      await expect(result).resolves.toBe("done");
      expect(attempt).toHaveBeenCalledTimes(3);
    }
  });

  it("throws an error that no other attempt can pass, unchanged and at once", async () => {
    const attempt = rejecting(1);
    await expect(retryUntil(never, attempt, { delayMs: 1000, canRetry: () => false })).rejects.toBe(
      unavailable,
    );
    await expect(retryUntil(never, rejecting(1), { delayMs: 1000 })).rejects.toBe(unavailable);
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it("reports each failure before the wait that follows it", async () => {
    const reports: unknown[][] = [];
    const outcomes = [() => undefined, throwUnavailable, () => "done"];
    const result = retryUntil(never, () => outcomes.shift()?.(), {
      delayMs: 1000,
      canRetry: isUnavailable,
      onRetry: (...report) => void reports.push(report),
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(reports).toEqual([[undefined, 1]]);
    await vi.advanceTimersByTimeAsync(1001);
    await expect(result).resolves.toBe("done");
    expect(reports).toEqual([
      [undefined, 1],
      [unavailable, 2],
    ]);
  });

  it("doubles the delay up to its maximum", async () => {
    expect([1, 2, 3, 4, 5, 2000].map(doublingDelay(100, 1000))).toEqual([100, 200, 400, 800, 1000, 1000]);
    const times: number[] = [];
    const startMs = Date.now();
    const result = retryUntil(never, () => (times.push(Date.now() - startMs) === 5 ? "done" : undefined), {
      delayMs: doublingDelay(100, 500),
    });
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(result).resolves.toBe("done");
    expect(times).toEqual([0, 100, 300, 700, 1200]);
  });

  it("attempts nothing when the signal has aborted before", async () => {
    const attempt = vi.fn(() => "done");
    await expect(retryUntil(AbortSignal.abort(), attempt, { delayMs: 1000 })).resolves.toBeUndefined();
    expect(attempt).not.toHaveBeenCalled();
  });

  it("ends its delay as soon as the signal aborts, and leaves no timer behind", async () => {
    const ending = new AbortController();
    const attempt = failingTimes(Infinity, () => undefined);
    const result = retryUntil(ending.signal, attempt, { delayMs: 60_000 });
    await vi.advanceTimersByTimeAsync(10);
    ending.abort();
    await expect(result).resolves.toBeUndefined();
    expect(attempt).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("awaits the attempt under way when the signal aborts, and returns its result", async () => {
    const ending = new AbortController();
    const slow = () => new Promise<string>((resolve) => setTimeout(() => resolve("done"), 500));
    const result = retryUntil(ending.signal, slow, { delayMs: 1000 });
    await vi.advanceTimersByTimeAsync(10);
    ending.abort();
    await vi.advanceTimersByTimeAsync(490);
    await expect(result).resolves.toBe("done");
  });

  it("throws the error of an attempt under way when the signal aborts, unless another attempt could pass", async () => {
    const outcomeOf = async (error: Error) => {
      const ending = new AbortController();
      const onRetry = vi.fn();
      const slow = () => new Promise<string>((_, reject) => setTimeout(() => reject(error), 500));
      const result = retryUntil(ending.signal, slow, { delayMs: 1000, canRetry: isUnavailable, onRetry });
      result.catch(() => {});
      await vi.advanceTimersByTimeAsync(10);
      ending.abort();
      await vi.advanceTimersByTimeAsync(490);
      expect(onRetry).not.toHaveBeenCalled();
      return result;
    };
    await expect(outcomeOf(unavailable)).resolves.toBeUndefined();
    await expect(outcomeOf(new Error("a defect"))).rejects.toThrow("a defect");
  });

  it("leaves the attempt under way when the signal aborts, if asked to, and ignores its outcome", async () => {
    for (const error of [undefined, unavailable, new Error("a defect")]) {
      const ending = new AbortController();
      const slow = () =>
        new Promise<string>((resolve, reject) =>
          setTimeout(() => (error === undefined ? resolve("done") : reject(error)), 500),
        );
      const result = retryUntil(ending.signal, slow, { delayMs: 1000, leavesAttempt: true });
      await vi.advanceTimersByTimeAsync(10);
      ending.abort();
      await expect(result).resolves.toBeUndefined();
      await vi.advanceTimersByTimeAsync(490);
    }
  });

  it("adds no listener that stays on a signal that outlives many attempts", async () => {
    const ending = new AbortController();
    const added = vi.spyOn(ending.signal, "addEventListener");
    const removed = vi.spyOn(ending.signal, "removeEventListener");
    const attempt = failingTimes(20, () => undefined);
    const result = retryUntil(ending.signal, attempt, { delayMs: 10, leavesAttempt: true });
    await vi.advanceTimersByTimeAsync(200);
    await expect(result).resolves.toBe("done");
    expect(added.mock.calls.length).toBe(removed.mock.calls.length);
  });
});
