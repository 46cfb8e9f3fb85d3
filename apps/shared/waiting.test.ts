import { describe, expect, it, vi } from "vitest";
import { type Waiting, type WaitStep, waitUntilDone } from "./waiting";

const never = new AbortController().signal;
const waiting: Waiting = { signal: never, timeoutMs: 1000 };
const withFakeTime = async (work: () => Promise<void>) => {
  vi.useFakeTimers();
  try {
    await work();
  } finally {
    vi.useRealTimers();
  }
};

describe("a wait", () => {
  it("ends with the first attempt that is done", async () => {
    const attempt = vi.fn(() => Promise.resolve<WaitStep<string>>({ kind: "done", result: "here" }));
    await expect(waitUntilDone(waiting, attempt, () => "too long")).resolves.toBe("here");
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it("lasts as long as there is progress, and not much longer", () =>
    withFakeTime(async () => {
      let attempts = 0;
      // There is progress until the 40th attempt, after 10 s.
      const attempt = () =>
        Promise.resolve<WaitStep<never>>({ kind: "waiting", progress: String(Math.min(++attempts, 40)) });
      const failure = expect(
        waitUntilDone(waiting, attempt, () => `stopped at attempt ${attempts}`),
      ).rejects.toThrow("stopped at attempt 44");
      await vi.advanceTimersByTimeAsync(20_000);
      await failure;
    }));

  it("does not last longer for states that come back, or for attempts without an answer", () =>
    withFakeTime(async () => {
      let attempts = 0;
      const attempt = () => {
        attempts += 1;
        if (attempts % 3 === 0) return Promise.resolve<WaitStep<never>>({ kind: "waiting" });
        return Promise.resolve<WaitStep<never>>({ kind: "waiting", progress: String(attempts % 3) });
      };
      const failure = expect(
        waitUntilDone(waiting, attempt, () => `stopped at attempt ${attempts}`),
      ).rejects.toThrow("stopped at attempt 6");
      await vi.advanceTimersByTimeAsync(20_000);
      await failure;
    }));

  it("ends when the signal aborts", () =>
    withFakeTime(async () => {
      const ended = new AbortController();
      const attempt = () => Promise.resolve<WaitStep<never>>({ kind: "waiting" });
      const failure = expect(
        waitUntilDone({ signal: ended.signal, timeoutMs: 60_000 }, attempt, () => "too long"),
      ).rejects.toThrow("stopped before the cluster was as planned");
      await vi.advanceTimersByTimeAsync(300);
      ended.abort();
      await vi.advanceTimersByTimeAsync(300);
      await failure;
    }));
});
