import { beforeEach, describe, expect, it } from "vitest";
import { CommitWatch } from "./commit-watch";

describe("a watch over commits", () => {
  let nowMs: number;
  let watch: CommitWatch;

  beforeEach(() => {
    nowMs = 0;
    watch = new CommitWatch(10_000, () => nowMs);
  });
  const after = (ms: number) => {
    nowMs += ms;
    return watch.complaint;
  };

  it("complains of rows that wait 30 s longer than the interval, by the oldest of them", () => {
    expect(after(1_000_000)).toBeUndefined();
    watch.read();
    expect(after(39_999)).toBeUndefined();
    watch.read();
    expect(after(1)).toBe("rows have waited for their commit for 40 s");
    watch.flushBegan();
    expect(after(0)).toBe("rows have waited for their commit for 40 s");
    watch.flushEnded();
    expect(after(1_000_000)).toBeUndefined();
  });

  it("does not forget what came during a flush", () => {
    watch.read();
    nowMs = 10_000;
    watch.flushBegan();
    watch.read();
    nowMs = 12_000;
    watch.flushEnded();
    expect(after(37_999)).toBeUndefined();
    expect(after(1)).toBe("rows have waited for their commit for 40 s");
  });

  it("goes by what a flush has taken, which is older than what came since", () => {
    watch.read();
    nowMs = 15_000;
    watch.flushBegan();
    watch.read();
    expect(after(24_999)).toBeUndefined();
    expect(after(1)).toBe("rows have waited for their commit for 40 s");
  });

  it("complains of a commit that hangs, also when its rows have been dropped", () => {
    watch.read();
    watch.flushBegan();
    expect(after(29_999)).toBeUndefined();
    watch.dropped();
    expect(after(1)).toBe("a commit has been under way for 30 s");
    watch.flushEnded();
    expect(watch.complaint).toBeUndefined();
  });

  it("forgets what was dropped", () => {
    watch.read();
    watch.dropped();
    expect(after(1_000_000)).toBeUndefined();
    watch.read();
    watch.flushBegan();
    watch.read();
    watch.dropped();
    watch.flushEnded();
    expect(after(1_000_000)).toBeUndefined();
  });
});
