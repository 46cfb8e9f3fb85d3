import { describe, expect, it } from "vitest";
import { Driver, timeAt } from "./testing/driver";

const missing = (from: number, to: number) => `device-1/s: missing in topic ${from}-${to} (${to - from + 1})`;

describe("a gap in a topic", () => {
  it("is reported three seconds after everything was read that was there when it was noticed", () => {
    const driver = new Driver().begin().readAll([0, 1, 4, 5]);
    expect(driver.at(1_000).at(3_999).gaps).toEqual([]);
    expect(driver.at(4_000).gaps).toEqual([missing(2, 3)]);
    expect(driver.reconciliation.totals()).toMatchObject({ inTopic: 4, missing: 2, repeated: 0 });
    expect(driver.reconciliation.rows("", 0, 10).rows).toMatchObject([
      { device: "device-1", inTopic: 4, missing: 2 },
    ]);
  });

  it("is not reported while the brokers do not answer", () => {
    const driver = new Driver().begin().readAll([0, 2]).at(1_000);
    expect(driver.at(60_000, 3_900).gaps).toEqual([]);
    expect(driver.at(61_000).gaps).toEqual([missing(1, 1)]);
  });

  it("is reported while messages keep coming, so that the end is never reached", () => {
    const driver = new Driver().begin().readAll([0, 2]);
    const progress = (atMs: number, next: number, latest: number) =>
      driver.progress(atMs, next, latest).tick(atMs).gaps;
    expect(progress(1_000, 2, 9)).toEqual([]);
    expect(progress(4_500, 8, 20)).toEqual([]);
    expect(progress(5_500, 9, 25)).toEqual([]);
    expect(progress(9_000, 24, 40)).toEqual([]);
    expect(progress(9_500, 25, 41)).toEqual([missing(1, 1)]);
  });

  it("is not reported before all partitions are found", () => {
    const driver = new Driver().begin().readAll([0, 2]).counts(500, { acknowledged: 9 });
    driver.reconciliation.apply({ type: "partition count", topic: "device-1", partitions: 2 });
    expect(driver.at(1_000).at(60_000).gaps).toEqual([]);
    driver.begin(0, 0, { partition: 1 }).read(0, { sensor: "other" }, { partition: 1 });
    expect(driver.at(61_000).gaps).toEqual(["device-1: acknowledged, not in topic 1-9 (6)"]);
    expect(driver.at(64_000).gaps).toEqual([missing(1, 1), "device-1: acknowledged, not in topic 1-9 (5)"]);
  });

  it("is closed by a message that comes late", () => {
    const driver = new Driver().begin().readAll([0, 2, 3]).at(1_000).at(4_000);
    expect(driver.gaps).toEqual([missing(1, 1)]);
    expect(driver.read(1).at(5_000).gaps).toEqual([]);
    expect(driver.reconciliation.totals()).toMatchObject({ missing: 0, repeated: 0 });
  });

  it("that grows counts the new part by itself", () => {
    const driver = new Driver().begin().readAll([0, 5]).at(1_000).at(4_000).readAll([7]).at(5_000);
    expect(driver.gaps).toEqual([missing(1, 4)]);
    expect(driver.at(8_000).gaps).toEqual([missing(1, 4), missing(6, 6)]);
  });

  it("is reported only once the past is read, which may close it", () => {
    const driver = new Driver().begin(0, 10);
    driver.read(6).read(8).at(1_000).at(60_000);
    expect(driver.gaps).toEqual([]);
    expect(driver.reconciliation.totals().topicsRead).toBe(0);
    for (const seq of [0, 1, 2, 3, 5]) driver.read(seq, {}, { offset: seq });
    expect(driver.reconciliation.totals().topicsRead).toBe(0.6);
    driver.pastRead();
    driver.at(61_000).at(64_000);
    expect(driver.gaps).toEqual([missing(4, 4), missing(7, 7)]);
    expect(driver.reconciliation.totals().topicsRead).toBe(1);
  });

  it("begins with 0 if another sensor shows that the life begins here", () => {
    const begun = new Driver().begin().read(0, { sensor: "other" }).read(2).at(1_000).at(4_000);
    expect(begun.gaps).toEqual([missing(0, 1)]);
    const madeAnew = new Driver().begin().read(7, { sensor: "other" }).read(2).at(1_000).at(4_000);
    expect(madeAnew.gaps).toEqual([]);
    const sinceBegin = new Driver().begin().read(2, { boot: 1 }).at(1_000).at(4_000);
    expect(sinceBegin.gaps).toEqual([missing(0, 1)]);
  });

  it("begins with 0 if the past shows that the life begins here", () => {
    const other = new Driver().begin(0, 10).read(7, { sensor: "other" }).readAll([3, 4]);
    other.read(1, { sensor: "other", lost: { missing: 1 } }, { offset: 0 });
    other.pastRead();
    expect(other.at(1_000).at(4_000).gaps).toContain(missing(0, 2));

    const until = timeAt(1_500);
    const held = new Driver().begin(0, 10).read(1, { kinds: ["late"] });
    held.read(2, { held: { count: 2, until } }, { offset: 0 }).read(3);
    held.pastRead();
    expect(held.at(4_000).at(7_000).gaps).toEqual([missing(0, 0)]);
  });

  it("of a life many lives ago can still be closed before the past was read", () => {
    const driver = new Driver().begin(0, 20).readAll([0, 2]);
    for (let boot = 1; boot <= 10; boot++) driver.read(0, { boot });
    driver.read(1).pastRead();
    expect(driver.at(1_000).at(4_000).gaps).toEqual([]);
    expect(driver.reconciliation.totals()).toMatchObject({ inTopic: 13, missing: 0, repeated: 0 });
  });

  it("does not begin with 0 in lives that were dropped before the past was read", () => {
    const driver = new Driver().begin(0, 10);
    for (let boot = 1; boot <= 66; boot++) driver.readAll([3, 5], { boot });
    expect(driver.at(1_000).gaps).toEqual([missing(4, 4), missing(4, 4)]);
    expect(driver.reconciliation.totals()).toMatchObject({ missing: 2 });
  });

  it("has no messages that retention had removed before they could be read", () => {
    const driver = new Driver().begin(100).read(0, { sensor: "slow" }).read(50).read(52).at(1_000).at(4_000);
    expect(driver.gaps).toEqual([missing(51, 51)]);
  });

  it("includes observations of unreadable messages, which count as messages of the topic", () => {
    const driver = new Driver().begin(0, 10).readAll([0, 1]).at(1_000);
    driver.unreadable(12, 15);
    driver.read(5, {}, { offset: 15 }).counts(1_500, { acknowledged: 6 }).at(2_000);
    expect(driver.reconciliation.totals()).toMatchObject({ inTopic: 6 });
    expect(driver.reconciliation.rows("", 0, 1).rows).toMatchObject([{ device: "device-1", inTopic: 6 }]);
    driver.unreadable(3, 8);
    expect(driver.reconciliation.totals()).toMatchObject({ topicsRead: 0.8, inTopic: 11 });
    driver.pastRead();
    expect(driver.at(10_000).at(30_000).gaps).toEqual([missing(2, 4)]);
  });

  it("has no messages that retention removes before the live reader, late ones included", () => {
    const until = timeAt(9_000);
    const driver = new Driver()
      .begin()
      .readAll([0, 1])
      .read(3, { held: { count: 1, until } })
      .at(1_000);
    driver.removed(3, 10, 2_000);
    driver
      .counts(2_500, { acknowledged: 12 })
      .read(9, { kinds: ["late"] })
      .readAll([12, 13, 15])
      .at(20_000)
      .at(23_000);
    expect(driver.gaps).toEqual([missing(14, 14)]);
  });

  it("has no messages that retention removes before the reader of the past", () => {
    const driver = new Driver().begin(0, 10).read(10).read(12);
    driver.read(0, {}, { offset: 0 });
    driver.removed(1, 8, 500);
    expect(driver.reconciliation.totals().topicsRead).toBe(0.8);
    driver.read(8, {}, { offset: 8 });
    driver.pastRead();
    driver.read(14).at(1_000).at(4_000);
    expect(driver.gaps).toEqual([missing(13, 13)]);
  });

  it("ends with a topic that is made anew", () => {
    const driver = new Driver().begin().readAll([0, 1, 1, 5]).at(1_000).at(4_000);
    expect(driver.gaps).toHaveLength(2);
    driver.reset(5_000);
    expect(driver.at(6_000).gaps).toEqual([]);
    expect(driver.reconciliation.totals()).toMatchObject({
      inTopic: 0,
      missing: 0,
      repeated: 0,
      produced: 0,
    });
    driver.counts(6_500, { acknowledged: 7 }).read(0, { sensor: "slow" }).readAll([6, 7, 9]);
    driver.at(7_000).at(10_000).at(30_000);
    expect(driver.gaps).toEqual([missing(8, 8)]);
    expect(driver.reconciliation.totals()).toMatchObject({ inTopic: 4, missing: 1 });
  });

  it("of a life many lives ago stays reported after the life is dropped", () => {
    const driver = new Driver().begin().readAll([0, 2]).at(1_000).at(4_000);
    for (let boot = 1; boot <= 6; boot++) driver.read(0, { boot });
    expect(driver.at(8_000).gaps).toEqual([missing(1, 1)]);
    driver.read(1);
    driver.at(9_000).at(13_000);
    expect(driver.reconciliation.totals()).toMatchObject({ inTopic: 9, missing: 1, repeated: 0 });
  });
});
