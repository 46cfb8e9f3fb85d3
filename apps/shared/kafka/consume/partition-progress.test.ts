import { beforeEach, describe, expect, it } from "vitest";
import { PartitionProgress } from "./partition-progress";

describe("partition progress", () => {
  let nowMs: number;
  let progress: PartitionProgress;

  beforeEach(() => {
    nowMs = 1_000;
    progress = new PartitionProgress(() => nowMs);
  });
  const complaint = () => progress.complaint(() => "");
  /** Lets so many seconds pass in which something happens each second. */
  const each = (seconds: number, happens: () => void = () => {}) => {
    for (let second = 0; second < seconds; second++) {
      nowMs += 1_000;
      happens();
    }
    return complaint();
  };
  const answered = (partition: number, from: number, end: number) => {
    progress.answered({ topic: "t", partition, from, end });
  };
  const handled = () => {
    progress.handling("t", 0);
  };
  const read = (partition: number, next: number) => {
    progress.read("t", partition, next);
  };

  it("is made by reading messages, and by answers that there are no more", () => {
    progress.assigned({ t: [0, 1] });
    let next = 0;
    expect(
      each(100, () => {
        read(0, ++next);
        answered(1, 7, 7);
      }),
    ).toBeUndefined();
    expect(each(24)).toBeUndefined();
    expect(each(1)).toBe("t/0 and 1 more partition have not been read for 25 s");
  });

  it("is missed in one partition while the others make it", () => {
    progress.assigned({ t: [0, 1, 2] });
    let next = 0;
    const others = () => {
      read(0, ++next);
      answered(2, 0, 0);
    };
    expect(each(24, others)).toBeUndefined();
    expect(each(1, others)).toBe("t/1 has not been read for 25 s");
    expect(Array.from(progress.silences(), ({ silentMs }) => silentMs)).toEqual([0, 25_000, 0]);
    progress.read("t", 1, 1);
    expect(complaint()).toBeUndefined();
  });

  it("is not made by a leader that answers while nothing is read", () => {
    progress.assigned({ t: [0] });
    expect(
      each(25, () => {
        answered(0, 5, 9);
        handled();
      }),
    ).toBe("t/0 has not been read for 25 s");
  });

  it("is not made by reading the same messages again after each rebalance", () => {
    progress.assigned({ t: [0] });
    progress.read("t", 0, 10);
    const rebalance = () => {
      progress.assigned({ t: [0] });
      answered(0, 0, 100);
      progress.handling("t", 0);
      for (let next = 1; next <= 10; next++) progress.read("t", 0, next);
    };
    expect(each(24, rebalance)).toBeUndefined();
    expect(each(1, rebalance)).toBe("t/0 has not been read for 25 s: its group keeps rebalancing");
    progress.read("t", 0, 11);
    expect(complaint()).toBeUndefined();
  });

  it("is not made by handing a partition to and fro, but restarts after another member had it for long", () => {
    progress.assigned({ t: [0] });
    const toAndFro = () => progress.assigned(nowMs % 2_000 === 0 ? { t: [] } : { t: [0] });
    each(25, toAndFro);
    progress.assigned({ t: [0] });
    expect(complaint()).toBe("t/0 has not been read for 25 s: its group keeps rebalancing");
    progress.assigned({});
    expect(each(25)).toBeUndefined();
    progress.assigned({ t: [0] });
    expect(complaint()).toBeUndefined();
    expect(each(25)).toBe("t/0 has not been read for 25 s");
  });

  it("restarts with another topic of the same name", () => {
    progress.assigned({ t: [0] });
    progress.read("t", 0, 1_000);
    answered(0, 0, 50);
    expect(each(24)).toBeUndefined();
    progress.read("t", 0, 1);
    expect(each(24)).toBeUndefined();
  });

  it("is not missed in a partition whose messages wait for their turn, unless they were dropped", () => {
    progress.assigned({ t: [0, 1] });
    let next = 0;
    answered(0, 0, 9);
    answered(1, 0, 9);
    const busyWithTheOther = () => progress.read("t", 0, ++next);
    expect(each(60, busyWithTheOther)).toBeUndefined();
    progress.handling("t", 1);
    expect(each(24, busyWithTheOther)).toBeUndefined();
    expect(each(1, busyWithTheOther)).toBe("t/1 has not been read for 25 s");
    answered(1, 0, 9);
    progress.dropped();
    expect(complaint()).toBe("t/1 has not been read for 25 s");
  });

  it("is missed in a partition that waits for others which read the same messages again and again", () => {
    progress.assigned({ t: [0, 1] });
    read(0, 10);
    const rebalance = () => {
      progress.assigned({ t: [0, 1] });
      answered(0, 0, 100);
      answered(1, 0, 100);
      handled();
      read(0, 10);
      nowMs += 4_000;
      progress.handling("t", 1);
    };
    for (let time = 0; time < 6; time++) rebalance();
    expect(each(1)).toBe("t/0 and 1 more partition have not been read for 25 s: its group keeps rebalancing");
  });

  it("has begun once leaders have answered for all partitions and, if there are messages, some are read", () => {
    expect(progress.hasBegun).toBe(false);
    progress.assigned({ t: [0, 1] });
    answered(0, 0, 0);
    expect(progress.hasBegun).toBe(false);
    answered(1, 0, 9);
    expect(progress.hasBegun).toBe(false);
    progress.read("t", 1, 3);
    expect(progress.hasBegun).toBe(true);
    progress.assigned({ t: [2] });
    expect(progress.hasBegun).toBe(true);
  });

  it("has begun if there is nothing to read", () => {
    progress.assigned({ t: [] });
    expect(progress.hasBegun).toBe(true);
    const idle = new PartitionProgress(() => nowMs);
    idle.nothingAssigned();
    expect(idle.hasBegun).toBe(true);
    expect(idle.complaint(() => "")).toBeUndefined();
  });
});
