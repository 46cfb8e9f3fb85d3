import { describe, expect, it } from "vitest";
import { Books, timeAt } from "./testing/books";

const missing = (from: number, to: number) => `device-1/s: missing in topic ${from}-${to} (${to - from + 1})`;

describe("what is missing in a topic", () => {
  it("is told once everything is read that was there when it was noticed, and three seconds more", () => {
    const books = new Books().begin().readAll([0, 1, 4, 5]);
    expect(books.at(1_000).at(3_999).gaps).toEqual([]);
    expect(books.at(4_000).gaps).toEqual([missing(2, 3)]);
    expect(books.ledger.totals()).toMatchObject({ inTopic: 4, missing: 2, repeated: 0 });
    expect(books.ledger.rows("", 0, 10).rows).toMatchObject([{ device: "device-1", inTopic: 4, missing: 2 }]);
  });

  it("is not told for as long as the brokers do not answer", () => {
    const books = new Books().begin().readAll([0, 2]).at(1_000);
    expect(books.at(60_000, 3_900).gaps).toEqual([]);
    expect(books.at(61_000).gaps).toEqual([missing(1, 1)]);
  });

  it("is taken back when it comes after all", () => {
    const books = new Books().begin().readAll([0, 2, 3]).at(1_000).at(4_000);
    expect(books.gaps).toEqual([missing(1, 1)]);
    expect(books.read(1).at(5_000).gaps).toEqual([]);
    expect(books.ledger.totals()).toMatchObject({ missing: 0, repeated: 0 });
  });

  it("is counted by itself where it grows", () => {
    const books = new Books().begin().readAll([0, 5]).at(1_000).at(4_000).readAll([7]).at(5_000);
    expect(books.gaps).toEqual([missing(1, 4)]);
    expect(books.at(8_000).gaps).toEqual([missing(1, 4), missing(6, 6)]);
  });

  it("is known only when the past is read, which closes what it closes", () => {
    const books = new Books().begin(0, 10);
    books.read(6).read(8).at(1_000).at(60_000);
    expect(books.gaps).toEqual([]);
    expect(books.ledger.totals().topicsRead).toBe(0);
    for (const seq of [0, 1, 2, 3, 5]) books.read(seq, {}, { offset: seq });
    expect(books.ledger.totals().topicsRead).toBe(0.6);
    books.account().pastDone();
    books.at(61_000).at(64_000);
    expect(books.gaps).toEqual([missing(4, 4), missing(7, 7)]);
    expect(books.ledger.totals().topicsRead).toBe(1);
  });

  it("counts from 0 where another sensor shows that the life begins here", () => {
    const begun = new Books().begin().read(0, { sensor: "other" }).read(2).at(1_000).at(4_000);
    expect(begun.gaps).toEqual([missing(0, 1)]);
    const madeAnew = new Books().begin().read(7, { sensor: "other" }).read(2).at(1_000).at(4_000);
    expect(madeAnew.gaps).toEqual([]);
    const sinceBegin = new Books().begin().read(2, { boot: 1 }).at(1_000).at(4_000);
    expect(sinceBegin.gaps).toEqual([missing(0, 1)]);
  });

  it("does not count what retention had removed before it could be read", () => {
    const books = new Books().begin(100).read(0, { sensor: "slow" }).read(50).read(52).at(1_000).at(4_000);
    expect(books.gaps).toEqual([missing(51, 51)]);
  });

  it("does not count what retention removes under the live reader, held back messages included", () => {
    const until = timeAt(9_000);
    const books = new Books()
      .begin()
      .readAll([0, 1])
      .read(3, { held: { count: 1, until } })
      .at(1_000);
    books.account().skipped(3, 10, 2_000);
    books
      .read(9, { kinds: ["late"] })
      .readAll([12, 13, 15])
      .at(20_000)
      .at(23_000);
    expect(books.gaps).toEqual([missing(14, 14)]);
  });

  it("does not count what retention removes under the reader of the past", () => {
    const books = new Books().begin(0, 10).read(10).read(12);
    books.read(0, {}, { offset: 0 });
    books.account().skipped(1, 8, 500);
    books.read(8, {}, { offset: 8 });
    books.account().pastDone();
    books.read(14).at(1_000).at(4_000);
    expect(books.gaps).toEqual([missing(13, 13)]);
  });

  it("begins anew with a topic that is made anew", () => {
    const books = new Books().begin().readAll([0, 1, 1, 5]).at(1_000).at(4_000);
    expect(books.gaps).toHaveLength(2);
    books.account().reset(timeMs(5_000));
    expect(books.at(6_000).gaps).toEqual([]);
    expect(books.ledger.totals()).toMatchObject({ inTopic: 0, missing: 0, repeated: 0, produced: 0 });
    books.readAll([6, 7, 9]).at(7_000).at(10_000);
    expect(books.gaps).toEqual([missing(8, 8)]);
    expect(books.ledger.totals()).toMatchObject({ inTopic: 3, missing: 1 });
  });

  it("stays told of lives that were many lives ago, which are kept no more", () => {
    const books = new Books().begin().readAll([0, 2]).at(1_000).at(4_000);
    for (let boot = 1; boot <= 6; boot++) books.read(0, { boot });
    expect(books.at(8_000).gaps).toEqual([missing(1, 1)]);
    books.read(1);
    expect(books.at(9_000).ledger.totals()).toMatchObject({ inTopic: 9, missing: 1, repeated: 0 });
  });
});

describe("what was declared", () => {
  it("is not missing if it is lost", () => {
    const books = new Books()
      .begin()
      .read(0)
      .read(3, { lost: { missing: 1, offline: 1 } })
      .read(5, { lost: { missing: 1 } });
    expect(books.at(1_000).at(4_000).gaps).toEqual([]);
    expect(books.ledger.totals()).toMatchObject({ missing: 0, declaredLosses: 3 });
  });

  it("is missing as far as it is longer than declared", () => {
    const books = new Books()
      .begin()
      .read(0)
      .read(5, { lost: { missing: 2 } });
    expect(books.at(1_000).at(4_000).gaps).toEqual([missing(1, 2)]);
  });

  it("is not missing while it is held back, and is if it does not come then", () => {
    const books = new Books()
      .begin()
      .read(0)
      .read(3, { held: { count: 2, until: timeAt(5_000) } });
    expect(books.at(4_000).at(60_000).gaps).toEqual([]);
    expect(
      books
        .read(5, { lost: { missing: 1 } })
        .at(61_000)
        .at(65_000).gaps,
    ).toEqual([]);
    expect(books.read(6).at(66_000).at(69_000).gaps).toEqual([missing(1, 2)]);
    expect(
      books
        .read(1)
        .read(2, { kinds: ["late"] })
        .at(70_000).gaps,
    ).toEqual([]);
  });

  it("goes by the time at which it was observed, not by that of a wrong clock", () => {
    const held = { count: 1, until: timeAt(9_000) };
    const books = new Books().begin().read(0).read(2, { held });
    const skewed = {
      fault: { kinds: ["clock-skew" as const], device: "device-1", sensor: "s", observedAt: timeAt(3_000) },
    };
    books.account().message({
      offset: 2,
      timestampMs: timeMs(3_000),
      key: null,
      observation: {
        device: "device-1",
        sensor: "s",
        boot: timeMs(0),
        seq: 3,
        timestamp: timeAt(99_000),
        value: 0,
      },
      labels: {
        fault: { ...skewed.fault, boot: timeMs(0), seq: 3 },
        lost: undefined,
        held: undefined,
        areReadable: true,
      },
    });
    expect(books.at(10_000).at(20_000).gaps).toEqual([]);
  });

  it("is there if it is corrupt, by its label", () => {
    const books = new Books()
      .begin()
      .read(0)
      .read(1, { kinds: ["corrupt"], isCorrupt: true })
      .read(2);
    expect(books.at(1_000).at(4_000).gaps).toEqual([]);
    expect(books.ledger.rows("", 0, 1).rows).toMatchObject([{ inTopic: 3 }]);
  });

  it("is not repeated if it is there twice, and is if it is there three times", () => {
    const kinds = ["duplicate" as const];
    const books = new Books().begin().read(0).read(1, { kinds }).read(1, { kinds });
    expect(books.ledger.totals()).toMatchObject({ repeated: 0, declaredDuplicates: 1 });
    books.read(1, { kinds }).read(0);
    expect(books.gaps).toEqual(["device-1/s: repeated in topic 0-1 (2)"]);
    expect(books.ledger.totals()).toMatchObject({
      inTopic: 5,
      repeated: 2,
      declaredDuplicates: 1,
      missing: 0,
    });
  });
});

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
  });

  it("is not missing where retention had removed it, and is if it was acknowledged later", () => {
    const books = new Books().begin(100).readAll([100, 101]).counts(2_000, { acknowledged: 102 });
    expect(books.at(30_000).gaps).toEqual([]);
    books.counts(31_000, { acknowledged: 103 });
    expect(books.at(45_000).gaps).toEqual([lost(1, 103)]);
  });

  it("is not missing while its brokers do not answer", () => {
    const books = new Books().begin().readAll([0, 1]).at(900).counts(1_000, { acknowledged: 4 });
    expect(books.at(60_000, 1_000).gaps).toEqual([]);
  });
});

function timeMs(atMs: number): number {
  return Date.parse(timeAt(atMs));
}
