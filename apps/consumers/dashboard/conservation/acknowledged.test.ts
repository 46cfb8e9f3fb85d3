import { describe, expect, it } from "vitest";
import { Books } from "./testing/books";

const missing = (from: number, to: number) => `device-1/s: missing in topic ${from}-${to} (${to - from + 1})`;

describe("what a device says of itself", () => {
  const lost = (count: number, to: number) => `device-1: acknowledged, not in topic 1-${to} (${count})`;

  it("counts in its present life, what was read in others", () => {
    const books = new Books().begin().readAll([0, 1, 2], { boot: 0 }).readAll([0, 1], { boot: 9 });
    expect(books.ledger.totals()).toMatchObject({ produced: 5, acknowledged: 5, dropped: 0 });
    books.counts(1_000, { boot: 9, produced: 7, acknowledged: 2, dropped: 4 });
    expect(books.ledger.totals()).toMatchObject({ produced: 10, acknowledged: 5, dropped: 4, inTopic: 5 });
  });

  it("is missing if it was acknowledged and is not there ten seconds later", () => {
    const books = new Books().begin().readAll([0, 1]).counts(1_000, { acknowledged: 4 });
    expect(books.at(10_999).gaps).toEqual([]);
    expect(books.at(11_000).gaps).toEqual([lost(2, 4)]);
    expect(books.ledger.totals()).toMatchObject({ missing: 2 });
    expect(books.ledger.rows("", 0, 1).rows).toMatchObject([{ acknowledged: 4, inTopic: 2, missing: 2 }]);
    expect(books.readAll([2, 3]).counts(12_000, { acknowledged: 4 }).at(13_000).gaps).toEqual([]);
    expect(books.ledger.totals()).toMatchObject({ missing: 0 });
  });

  it("is not made up for by messages that came after the device had said so", () => {
    const books = new Books().begin().readAll([0, 1]).counts(2_000, { acknowledged: 3 });
    for (let seq = 0; seq < 20; seq++) books.read(seq, { sensor: "other", atMs: 2_100 + seq * 400 });
    expect(books.at(13_000).gaps).toEqual([lost(1, 3)]);
  });

  it("is told by the gap alone where there is one", () => {
    const books = new Books()
      .begin()
      .readAll([0, 1, 3])
      .at(1_000)
      .at(4_000)
      .counts(5_000, { acknowledged: 4 });
    expect(books.at(30_000).gaps).toEqual([missing(2, 2)]);
    const late = new Books().begin().readAll([0, 1]).counts(2_000, { acknowledged: 3 }).at(13_000);
    expect(late.gaps).toEqual([lost(1, 3)]);
    expect(late.read(3, { atMs: 14_000 }).at(14_000).at(17_000).gaps).toEqual([missing(2, 2)]);
    expect(late.ledger.totals()).toMatchObject({ missing: 1 });
  });

  it("is not missing if it was dropped, but leaves a gap, and is counted once", () => {
    const books = new Books().begin().readAll([0, 1, 4]).at(1_000).at(4_000);
    books.counts(5_000, { produced: 5, acknowledged: 3, dropped: 2 });
    expect(books.at(30_000).gaps).toEqual([missing(2, 3)]);
    books.counts(31_000, { produced: 6, acknowledged: 4, dropped: 2 });
    expect(books.at(45_000).gaps).toEqual([missing(2, 3), lost(1, 4)]);
  });

  it("is not missing where retention had removed it, and is if it was acknowledged later", () => {
    const books = new Books().begin(100).readAll([100, 101]).counts(2_000, { acknowledged: 102 });
    expect(books.at(30_000).gaps).toEqual([]);
    books.counts(31_000, { acknowledged: 103 });
    expect(books.at(45_000).gaps).toEqual([lost(1, 103)]);
  });

  it("is not missing where retention had removed it while other messages were on their way", () => {
    const books = new Books().begin(3).readAll([3, 4, 5, 6, 7, 8, 9]);
    books.counts(9_000, { produced: 10, acknowledged: 5 }).at(10_000).counts(11_000, { acknowledged: 10 });
    expect(books.at(30_000).gaps).toEqual([]);
  });

  it("is not missing where a partition does not show the begin of its life", () => {
    const books = new Books().begin().begin(0, 0, { partition: 1 }).read(0);
    books.read(5, { sensor: "other" }, { partition: 1 }).counts(6_000, { acknowledged: 9 });
    expect(books.at(30_000).gaps).toEqual([]);
  });

  it("is not missing while the past is not read", () => {
    const books = new Books().begin().begin(0, 10, { partition: 1 }).readAll([0, 1]);
    books.counts(7_000, { acknowledged: 7 });
    expect(books.at(20_000).at(40_000).gaps).toEqual([]);
  });

  it("is not missing while its brokers do not answer", () => {
    const books = new Books().begin().readAll([0, 1]).at(900).counts(1_000, { acknowledged: 4 });
    expect(books.at(60_000, 1_000).gaps).toEqual([]);
  });
});
