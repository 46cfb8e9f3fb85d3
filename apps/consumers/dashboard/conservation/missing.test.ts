import { describe, expect, it } from "vitest";
import { Books, timeAt, timeMs } from "./testing/books";

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

  it("is told where messages come all the time, so that never all is read", () => {
    const books = new Books().begin().readAll([0, 2]);
    const account = books.account();
    const progress = (atMs: number, next: number, latest: number) => {
      account.progress({ next, latest, asOfMs: timeMs(atMs) });
      books.ledger.tick(timeMs(atMs));
      return books.gaps;
    };
    expect(progress(1_000, 2, 9)).toEqual([]);
    expect(progress(4_500, 8, 20)).toEqual([]);
    expect(progress(5_500, 9, 25)).toEqual([]);
    expect(progress(9_000, 24, 40)).toEqual([]);
    expect(progress(9_500, 25, 41)).toEqual([missing(1, 1)]);
  });

  it("is not told before all partitions are found", () => {
    const books = new Books().begin().readAll([0, 2]).counts(500, { acknowledged: 9 });
    books.ledger.topicHas("device-1", 2);
    expect(books.at(1_000).at(60_000).gaps).toEqual([]);
    books.begin(0, 0, { partition: 1 }).read(0, { sensor: "other" }, { partition: 1 });
    expect(books.at(61_000).gaps).toEqual(["device-1: acknowledged, not in topic 1-9 (6)"]);
    expect(books.at(64_000).gaps).toEqual([missing(1, 1), "device-1: acknowledged, not in topic 1-9 (5)"]);
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

  it("counts from 0 where the past shows that the life begins here", () => {
    const other = new Books().begin(0, 10).read(7, { sensor: "other" }).readAll([3, 4]);
    other.read(1, { sensor: "other", lost: { missing: 1 } }, { offset: 0 });
    other.account().pastDone();
    expect(other.at(1_000).at(4_000).gaps).toContain(missing(0, 2));

    const until = timeAt(1_500);
    const held = new Books().begin(0, 10).read(1, { kinds: ["late"] });
    held.read(2, { held: { count: 2, until } }, { offset: 0 }).read(3);
    held.account().pastDone();
    expect(held.at(4_000).at(7_000).gaps).toEqual([missing(0, 0)]);
  });

  it("closes what closes late in a life that was many lives ago, before the past was read", () => {
    const books = new Books().begin(0, 20).readAll([0, 2]);
    for (let boot = 1; boot <= 10; boot++) books.read(0, { boot });
    books.read(1).account().pastDone();
    expect(books.at(1_000).at(4_000).gaps).toEqual([]);
    expect(books.ledger.totals()).toMatchObject({ inTopic: 13, missing: 0, repeated: 0 });
  });

  it("does not count from 0 in lives that are kept no more before the past was read", () => {
    const books = new Books().begin(0, 10);
    for (let boot = 1; boot <= 66; boot++) books.readAll([3, 5], { boot });
    expect(books.at(1_000).gaps).toEqual([missing(4, 4), missing(4, 4)]);
    expect(books.ledger.totals()).toMatchObject({ missing: 2 });
  });

  it("does not count what retention had removed before it could be read", () => {
    const books = new Books().begin(100).read(0, { sensor: "slow" }).read(50).read(52).at(1_000).at(4_000);
    expect(books.gaps).toEqual([missing(51, 51)]);
  });

  it("counts messages whose batch cannot be read as messages of the topic, and what they said as missing", () => {
    const books = new Books().begin(0, 10).readAll([0, 1]).at(1_000);
    books.account().unreadable(12, 15);
    books.read(5, {}, { offset: 15 }).counts(1_500, { acknowledged: 6 }).at(2_000);
    expect(books.ledger.totals()).toMatchObject({ inTopic: 6 });
    expect(books.ledger.rows("", 0, 1).rows).toMatchObject([{ device: "device-1", inTopic: 6 }]);
    books.account().unreadable(3, 8);
    expect(books.ledger.totals()).toMatchObject({ topicsRead: 0.8, inTopic: 11 });
    books.account().pastDone();
    expect(books.at(10_000).at(30_000).gaps).toEqual([missing(2, 4)]);
  });

  it("does not count what retention removes under the live reader, held back messages included", () => {
    const until = timeAt(9_000);
    const books = new Books()
      .begin()
      .readAll([0, 1])
      .read(3, { held: { count: 1, until } })
      .at(1_000);
    books.account().skipped(3, 10, timeMs(2_000));
    books
      .counts(2_500, { acknowledged: 12 })
      .read(9, { kinds: ["late"] })
      .readAll([12, 13, 15])
      .at(20_000)
      .at(23_000);
    expect(books.gaps).toEqual([missing(14, 14)]);
  });

  it("does not count what retention removes under the reader of the past", () => {
    const books = new Books().begin(0, 10).read(10).read(12);
    books.read(0, {}, { offset: 0 });
    books.account().skipped(1, 8, timeMs(500));
    expect(books.ledger.totals().topicsRead).toBe(0.8);
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
    books.counts(6_500, { acknowledged: 7 }).read(0, { sensor: "slow" }).readAll([6, 7, 9]);
    books.at(7_000).at(10_000).at(30_000);
    expect(books.gaps).toEqual([missing(8, 8)]);
    expect(books.ledger.totals()).toMatchObject({ inTopic: 4, missing: 1 });
  });

  it("stays told of lives that were many lives ago, which are kept no more", () => {
    const books = new Books().begin().readAll([0, 2]).at(1_000).at(4_000);
    for (let boot = 1; boot <= 6; boot++) books.read(0, { boot });
    expect(books.at(8_000).gaps).toEqual([missing(1, 1)]);
    books.read(1);
    books.at(9_000).at(13_000);
    expect(books.ledger.totals()).toMatchObject({ inTopic: 9, missing: 1, repeated: 0 });
  });
});
