import { describe, expect, it } from "vitest";
import { Driver, timeAt, timeMs } from "./testing/driver";

const missing = (from: number, to: number) => `device-1/s: missing in topic ${from}-${to} (${to - from + 1})`;

describe("a declaration", () => {
  it("explains lost observations", () => {
    const driver = new Driver()
      .begin()
      .read(0)
      .read(3, { lost: { missing: 1, offline: 1 } })
      .read(5, { lost: { missing: 1 } });
    expect(driver.at(1_000).at(4_000).gaps).toEqual([]);
    expect(driver.reconciliation.totals()).toMatchObject({ missing: 0, declaredLosses: 3 });
  });

  it("explains no more of a gap than it declares", () => {
    const driver = new Driver()
      .begin()
      .read(0)
      .read(5, { lost: { missing: 2 } });
    expect(driver.at(1_000).at(4_000).gaps).toEqual([missing(1, 2)]);
  });

  it("explains observations that are held back, until their time has come", () => {
    const driver = new Driver()
      .begin()
      .read(0)
      .read(3, { held: { count: 2, until: timeAt(5_000) } });
    expect(driver.at(4_000).at(60_000).gaps).toEqual([]);
    expect(
      driver
        .read(5, { lost: { missing: 1 } })
        .at(61_000)
        .at(65_000).gaps,
    ).toEqual([]);
    expect(driver.read(6).at(66_000).at(69_000).gaps).toEqual([missing(1, 2)]);
    expect(
      driver
        .read(1)
        .read(2, { kinds: ["late"] })
        .at(70_000).gaps,
    ).toEqual([]);
  });

  it("ends by the latest observation, not by late ones", () => {
    const driver = new Driver()
      .begin()
      .read(0)
      .read(3, { held: { count: 2, until: timeAt(5_000) } });
    driver.read(6, { lost: { missing: 2 } }).read(1, { kinds: ["late"] });
    expect(driver.at(7_000).at(10_000).gaps).toEqual([missing(2, 2)]);
  });

  it("ends for held back observations before other gaps", () => {
    const until = timeAt(7_500);
    const driver = new Driver()
      .begin()
      .read(0)
      .read(3, { held: { count: 1, until } })
      .read(5)
      .at(8_000);
    expect(driver.at(11_000).gaps).toEqual([missing(1, 1), missing(4, 4)]);
    expect(
      driver
        .read(8, { lost: { missing: 2 } })
        .at(12_000)
        .at(14_999).gaps,
    ).toEqual([missing(1, 1), missing(4, 4)]);
    expect(driver.at(15_000).gaps).toEqual([missing(1, 2), missing(4, 4)]);
  });

  it("ends by the time of the observation, not by a wrong clock", () => {
    const held = { count: 1, until: timeAt(9_000) };
    const driver = new Driver().begin().read(0).read(2, { held });
    const skewed = {
      fault: { kinds: ["clock-skew" as const], device: "device-1", sensor: "s", observedAt: timeAt(3_000) },
    };
    driver.message({
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
    expect(driver.at(10_000).at(20_000).gaps).toEqual([]);
  });

  it("shows which observation a corrupt message was", () => {
    const driver = new Driver()
      .begin()
      .read(0)
      .read(1, { kinds: ["corrupt"], isCorrupt: true })
      .read(2);
    expect(driver.at(1_000).at(4_000).gaps).toEqual([]);
    expect(driver.reconciliation.rows("", 0, 1).rows).toMatchObject([{ inTopic: 3 }]);
  });

  it("explains a second message, but no third", () => {
    const kinds = ["duplicate" as const];
    const driver = new Driver().begin().read(0).read(1, { kinds }).read(1, { kinds });
    expect(driver.reconciliation.totals()).toMatchObject({ repeated: 0, declaredDuplicates: 1 });
    driver.read(1, { kinds }).read(0);
    expect(driver.gaps).toEqual(["device-1/s: repeated in topic 0-1 (2)"]);
    expect(driver.reconciliation.totals()).toMatchObject({
      inTopic: 5,
      repeated: 2,
      declaredDuplicates: 1,
      missing: 0,
    });
  });
});
