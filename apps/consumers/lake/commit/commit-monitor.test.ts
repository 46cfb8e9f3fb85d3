import { beforeEach, describe, expect, it } from "vitest";
import { CommitMonitor } from "./commit-monitor";

describe("the commit monitor", () => {
  let nowMs: number;
  let watch: CommitMonitor;

  beforeEach(() => {
    nowMs = 0;
    watch = new CommitMonitor(10_000, () => nowMs);
  });
  const after = (ms: number) => {
    nowMs += ms;
    return watch.complaint;
  };

  it("reports rows that wait 15 s longer than the interval, by the oldest row", () => {
    expect(after(1_000_000)).toBeUndefined();
    watch.read();
    expect(after(24_999)).toBeUndefined();
    watch.read();
    expect(after(1)).toBe("rows have waited for their commit for 25 s");
    watch.flushBegan();
    expect(after(0)).toBe("rows have waited for their commit for 25 s");
    watch.flushEnded();
    expect(after(1_000_000)).toBeUndefined();
  });

  it("includes rows that arrived during a flush", () => {
    watch.read();
    nowMs = 10_000;
    watch.flushBegan();
    watch.read();
    nowMs = 12_000;
    watch.flushEnded();
    expect(after(22_999)).toBeUndefined();
    expect(after(1)).toBe("rows have waited for their commit for 25 s");
  });

  it("goes by the rows that a flush has taken, which are older than those that arrived later", () => {
    watch.read();
    nowMs = 12_000;
    watch.flushBegan();
    watch.read();
    expect(after(12_999)).toBeUndefined();
    expect(after(1)).toBe("rows have waited for their commit for 25 s");
  });

  it("reports a commit that hangs, also after its rows were dropped", () => {
    watch.read();
    watch.flushBegan();
    expect(after(14_999)).toBeUndefined();
    watch.drop([]);
    expect(after(1)).toBe("a commit has been under way for 15 s");
    watch.flushEnded();
    expect(watch.complaint).toBeUndefined();
  });

  const at = (next: number, partition = 0) => ({ tableTopic: "t", partition, next });

  it("forgets dropped rows that reading does not have to repeat", () => {
    watch.read();
    watch.drop([at(10)]);
    // Another lake has brought it into the table.
    watch.positioned([at(10)]);
    expect(after(1_000_000)).toBeUndefined();
    watch.read();
    watch.flushBegan();
    watch.read();
    watch.drop([at(20)]);
    watch.flushEnded();
    // The partition is another lake's.
    watch.positioned([at(0, 1)]);
    expect(after(1_000_000)).toBeUndefined();
  });

  it("reports rows that are read and dropped again and again", () => {
    let complaint: string | undefined;
    for (let round = 0; round < 5; round++) {
      watch.positioned([at(5)]);
      watch.read();
      complaint = after(4_999);
      watch.drop([at(10 + round)]);
      watch.positioned([at(5)]);
    }
    expect(complaint).toBeUndefined();
    watch.read();
    expect(after(5)).toBe("rows have waited for their commit for 25 s");
    watch.committed([at(13)]);
    expect(after(0)).toBe("rows have waited for their commit for 25 s");
    watch.committed([at(14)]);
    expect(after(24_999 - 5)).toBeUndefined();
  });

  it("reports that a process with old rows has committed nothing yet", () => {
    const young = new CommitMonitor(
      10_000,
      () => nowMs,
      () => 1_000_000,
    );
    expect(young.unproved).toBeUndefined();
    young.read(975_001);
    expect(young.unproved).toBeUndefined();
    young.read(NaN);
    young.read(975_000);
    young.read(999_000);
    expect(young.unproved).toBe("it has not committed anything yet, and its oldest row is 25 s old");
    young.committed([]);
    expect(young.unproved).toBeUndefined();
    const patient = new CommitMonitor(
      10_001,
      () => nowMs,
      () => 1_000_000,
    );
    patient.read(0);
    expect(patient.unproved).toBeUndefined();
  });
});
