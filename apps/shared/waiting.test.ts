import { describe, expect, it, vi } from "vitest";
import { type Look, until, type Waiting } from "./waiting";

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
  it("ends at once when all is well", async () => {
    const look = vi.fn(() => Promise.resolve<Look<string>>({ kind: "done", result: "here" }));
    await expect(until(waiting, look, () => "too long")).resolves.toBe("here");
    expect(look).toHaveBeenCalledTimes(1);
  });

  it("lasts as long as it gets further, and not much longer", () =>
    withFakeTime(async () => {
      let looks = 0;
      // Gets further until the 40th look, after 10 s.
      const look = () =>
        Promise.resolve<Look<never>>({ kind: "waiting", progress: String(Math.min(++looks, 40)) });
      const failure = expect(until(waiting, look, () => `stopped at look ${looks}`)).rejects.toThrow(
        "stopped at look 44",
      );
      await vi.advanceTimersByTimeAsync(20_000);
      await failure;
    }));

  it("does not last longer because it goes back and forth, or does not know how far it is", () =>
    withFakeTime(async () => {
      let looks = 0;
      const look = () => {
        looks += 1;
        if (looks % 3 === 0) return Promise.resolve<Look<never>>({ kind: "waiting" });
        return Promise.resolve<Look<never>>({ kind: "waiting", progress: String(looks % 3) });
      };
      const failure = expect(until(waiting, look, () => `stopped at look ${looks}`)).rejects.toThrow(
        "stopped at look 6",
      );
      await vi.advanceTimersByTimeAsync(20_000);
      await failure;
    }));

  it("ends with the signal", () =>
    withFakeTime(async () => {
      const ended = new AbortController();
      const look = () => Promise.resolve<Look<never>>({ kind: "waiting" });
      const failure = expect(
        until({ signal: ended.signal, timeoutMs: 60_000 }, look, () => "too long"),
      ).rejects.toThrow("ended before the cluster was as planned");
      await vi.advanceTimersByTimeAsync(300);
      ended.abort();
      await vi.advanceTimersByTimeAsync(300);
      await failure;
    }));
});
