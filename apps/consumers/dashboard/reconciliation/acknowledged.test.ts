import { describe, expect, it } from "vitest";
import { Driver } from "./testing/driver";

const missing = (from: number, to: number) => `device-1/s: missing in topic ${from}-${to} (${to - from + 1})`;

describe("the count of a device", () => {
  const lost = (count: number, to: number) => `device-1: acknowledged, not in topic 1-${to} (${count})`;

  it("counts for its present life, the messages read for earlier ones", () => {
    const driver = new Driver().begin().readAll([0, 1, 2], { boot: 0 }).readAll([0, 1], { boot: 9 });
    expect(driver.reconciliation.totals()).toMatchObject({ produced: 5, acknowledged: 5, dropped: 0 });
    driver.counts(1_000, { boot: 9, produced: 7, acknowledged: 2, dropped: 4 });
    expect(driver.reconciliation.totals()).toMatchObject({
      produced: 10,
      acknowledged: 5,
      dropped: 4,
      inTopic: 5,
    });
  });

  it("shows acknowledged messages that are missing ten seconds later", () => {
    const driver = new Driver().begin().readAll([0, 1]).counts(1_000, { acknowledged: 4 });
    expect(driver.at(10_999).gaps).toEqual([]);
    expect(driver.at(11_000).gaps).toEqual([lost(2, 4)]);
    expect(driver.reconciliation.totals()).toMatchObject({ missing: 2 });
    expect(driver.reconciliation.rows("", 0, 1).rows).toMatchObject([
      { acknowledged: 4, inTopic: 2, missing: 2 },
    ]);
    expect(driver.readAll([2, 3]).counts(12_000, { acknowledged: 4 }).at(13_000).gaps).toEqual([]);
    expect(driver.reconciliation.totals()).toMatchObject({ missing: 0 });
  });

  it("is not reached by messages that came after the device had reported it", () => {
    const driver = new Driver().begin().readAll([0, 1]).counts(2_000, { acknowledged: 3 });
    for (let seq = 0; seq < 20; seq++) driver.read(seq, { sensor: "other", atMs: 2_100 + seq * 400 });
    expect(driver.at(13_000).gaps).toEqual([lost(1, 3)]);
  });

  it("is not reported beside a gap that shows the same", () => {
    const driver = new Driver()
      .begin()
      .readAll([0, 1, 3])
      .at(1_000)
      .at(4_000)
      .counts(5_000, { acknowledged: 4 });
    expect(driver.at(30_000).gaps).toEqual([missing(2, 2)]);
    const late = new Driver().begin().readAll([0, 1]).counts(2_000, { acknowledged: 3 }).at(13_000);
    expect(late.gaps).toEqual([lost(1, 3)]);
    expect(late.read(3, { atMs: 14_000 }).at(14_000).at(17_000).gaps).toEqual([missing(2, 2)]);
    expect(late.reconciliation.totals()).toMatchObject({ missing: 1 });
  });

  it("counts dropped observations once, as a gap", () => {
    const driver = new Driver().begin().readAll([0, 1, 4]).at(1_000).at(4_000);
    driver.counts(5_000, { produced: 5, acknowledged: 3, dropped: 2 });
    expect(driver.at(30_000).gaps).toEqual([missing(2, 3)]);
    driver.counts(31_000, { produced: 6, acknowledged: 4, dropped: 2 });
    expect(driver.at(45_000).gaps).toEqual([missing(2, 3), lost(1, 4)]);
  });

  it("shows nothing that retention had removed, but messages that were acknowledged later", () => {
    const driver = new Driver().begin(100).readAll([100, 101]).counts(2_000, { acknowledged: 102 });
    expect(driver.at(30_000).gaps).toEqual([]);
    driver.counts(31_000, { acknowledged: 103 });
    expect(driver.at(45_000).gaps).toEqual([lost(1, 103)]);
  });

  it("shows nothing that retention had removed while other messages were on their way", () => {
    const driver = new Driver().begin(3).readAll([3, 4, 5, 6, 7, 8, 9]);
    driver.counts(9_000, { produced: 10, acknowledged: 5 }).at(10_000).counts(11_000, { acknowledged: 10 });
    expect(driver.at(30_000).gaps).toEqual([]);
  });

  it("shows nothing if a partition lacks the start of the life", () => {
    const driver = new Driver().begin().begin(0, 0, { partition: 1 }).read(0);
    driver.read(5, { sensor: "other" }, { partition: 1 }).counts(6_000, { acknowledged: 9 });
    expect(driver.at(30_000).gaps).toEqual([]);
  });

  it("shows nothing before the past is read", () => {
    const driver = new Driver().begin().begin(0, 10, { partition: 1 }).readAll([0, 1]);
    driver.counts(7_000, { acknowledged: 7 });
    expect(driver.at(20_000).at(40_000).gaps).toEqual([]);
  });

  it("shows nothing while the brokers do not answer", () => {
    const driver = new Driver().begin().readAll([0, 1]).at(900).counts(1_000, { acknowledged: 4 });
    expect(driver.at(60_000, 1_000).gaps).toEqual([]);
  });
});
