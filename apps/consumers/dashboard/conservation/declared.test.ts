import { describe, expect, it } from "vitest";
import { Books, timeAt, timeMs } from "./testing/books";

const missing = (from: number, to: number) => `device-1/s: missing in topic ${from}-${to} (${to - from + 1})`;

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

  it("goes by the newest observation, whatever comes late", () => {
    const books = new Books()
      .begin()
      .read(0)
      .read(3, { held: { count: 2, until: timeAt(5_000) } });
    books.read(6, { lost: { missing: 2 } }).read(1, { kinds: ["late"] });
    expect(books.at(7_000).at(10_000).gaps).toEqual([missing(2, 2)]);
  });

  it("is missing once it is no longer declared to come, and before other gaps too", () => {
    const until = timeAt(7_500);
    const books = new Books()
      .begin()
      .read(0)
      .read(3, { held: { count: 1, until } })
      .read(5)
      .at(8_000);
    expect(books.at(11_000).gaps).toEqual([missing(1, 1), missing(4, 4)]);
    expect(
      books
        .read(8, { lost: { missing: 2 } })
        .at(12_000)
        .at(14_999).gaps,
    ).toEqual([missing(1, 1), missing(4, 4)]);
    expect(books.at(15_000).gaps).toEqual([missing(1, 2), missing(4, 4)]);
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
