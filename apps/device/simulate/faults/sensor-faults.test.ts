import { describe, expect, it } from "vitest";
import type { DeviceFault, SensorFault } from "../../../../contract/models/faults";
import { hourMs, minuteMs } from "../../../../contract/values/fields";
import { randomFor } from "../random";
import { faultBits, faultNames, SensorFaults } from "./sensor-faults";
import { midnightMs } from "../../testing/streams";

const intervalMs = 1_000;
const jitterMs = 7;

/** A sensor whose value is the seconds since midnight, observed a little after each boundary. */
function faultsOf(sensor: readonly SensorFault[], device: readonly DeviceFault[] = [], name = "sensor_1") {
  return new SensorFaults(
    {
      intervalMs,
      timeOf: (boundaryMs) => boundaryMs + jitterMs,
      valueAt: (timeMs) => (timeMs - jitterMs - midnightMs) / 1_000,
      labelAt: (timeMs) => `at ${(timeMs - jitterMs - midnightMs) / 1_000}`,
    },
    { device, sensor },
    {
      device: (place) => randomFor("seed", "device-1", String(place)),
      sensor: (place) => randomFor("seed", "device-1", name, String(place)),
    },
  );
}

/** How the faults change the observation at a second after midnight. */
function judged(faults: SensorFaults, second: number) {
  const boundaryMs = midnightMs + second * 1_000;
  const { kinds, ...rest } = faults.judge(boundaryMs, boundaryMs + jitterMs);
  return { kinds: faultNames(kinds), ...rest };
}

const clean = (second: number) => ({
  kinds: [],
  isLost: false,
  value: second,
  label: `at ${second}`,
  skewMs: 0,
  delayMs: 0,
  isOvertaken: false,
});

describe("the faults of a sensor", () => {
  const once = { at: ["00:00:10"] };
  const span = { at: ["00:00:10"], for: 3_000 };

  it.each<[SensorFault, number, object]>([
    [{ type: "missing", ...once }, 10, { kinds: ["missing"], isLost: true }],
    [{ type: "duplicate", ...once }, 10, { kinds: ["duplicate"] }],
    [{ type: "late", by: 250, ...once }, 10, { kinds: ["late"], delayMs: 250 }],
    [{ type: "out-of-order", ...once }, 10, { kinds: ["out-of-order"], isOvertaken: true }],
    [{ type: "clock-skew", ahead: 50, ...once }, 10, { kinds: ["clock-skew"], skewMs: 50 }],
    [{ type: "clock-skew", behind: 50, ...once }, 10, { kinds: ["clock-skew"], skewMs: -50 }],
    [{ type: "corrupt", ...once }, 10, { kinds: ["corrupt"] }],
    [{ type: "stuck", ...span }, 10, { kinds: ["stuck"] }],
    [{ type: "stuck", ...span }, 12, { kinds: ["stuck"], value: 10, label: "at 10" }],
    [{ type: "drift", perHour: 3_600, ...span }, 12, { kinds: ["drift"], value: 12 + 2.007 }],
  ])("of type $type do what is declared, only at the declared times: %j", (fault, second, expected) => {
    const faults = faultsOf([fault]);
    expect(judged(faults, second)).toEqual({ ...clean(second), ...expected });
    expect(judged(faults, 9)).toEqual(clean(9));
    expect(judged(faults, 13)).toEqual(clean(13));
  });

  it("of type spike go up as often as down, by their size", () => {
    const faults = faultsOf([{ type: "spike", size: 5, probability: 0.5 }]);
    const offs = Array.from({ length: 2_000 }, (_, second) => judged(faults, second).value - second);
    const count = (off: number) => offs.filter((each) => each === off).length;
    expect(count(5) + count(-5) + count(0)).toBe(2_000);
    expect(Math.abs(count(5) - 500)).toBeLessThan(80);
    expect(Math.abs(count(-5) - 500)).toBeLessThan(80);
  });

  it("of type stuck hold the first observation after an episode begins", () => {
    const faults = faultsOf([{ type: "stuck", at: ["2026-11-23T00:00:09.500Z"], for: 3_000 }]);
    expect([9, 10, 11, 12, 13].map((second) => judged(faults, second).value)).toEqual([9, 10, 10, 10, 13]);
  });

  it("add up, each with the random numbers of its place in the lists", () => {
    const faults = faultsOf(
      [
        { type: "late", by: 100, ...once },
        { type: "late", by: 20, ...once },
        { type: "clock-skew", ahead: 5, ...once },
      ],
      [
        { type: "clock-skew", behind: 2, ...once },
        { type: "duplicate", ...once },
      ],
    );
    expect(judged(faults, 10)).toEqual({
      ...clean(10),
      kinds: ["duplicate", "late", "clock-skew"],
      delayMs: 120,
      skewMs: 3,
    });
    expect(faults.longestDelayMs).toBe(120);
  });

  it("lose an observation for one reason, and change nothing else of it", () => {
    const offline: DeviceFault = { type: "offline", meanwhile: "lose", at: ["00:00:10"], for: 1_000 };
    const missing: SensorFault = { type: "missing", ...once };
    const faults = faultsOf(
      [missing, { type: "corrupt", ...once }],
      [{ type: "duplicate", ...once }, offline],
    );
    expect(judged(faults, 10)).toMatchObject({ kinds: ["offline"], isLost: true });
    expect(judged(faultsOf([{ type: "corrupt", ...once }, missing]), 10)).toMatchObject({
      kinds: ["missing"],
    });
  });

  it("of a device affect all of its sensors at once; those of a sensor affect only that sensor", () => {
    const fault: SensorFault = { type: "missing", probability: 0.3 };
    const lostOf = (faults: SensorFaults) =>
      Array.from({ length: 300 }, (_, second) => second).filter((second) => judged(faults, second).isLost);
    expect(lostOf(faultsOf([], [fault], "a"))).toEqual(lostOf(faultsOf([], [fault], "b")));
    expect(lostOf(faultsOf([fault], [], "a"))).not.toEqual(lostOf(faultsOf([fault], [], "b")));
    const twice = faultsOf([fault, fault], [], "a");
    expect(lostOf(twice).length / 300).toBeCloseTo(1 - 0.7 ** 2, 1);
  });

  it("keep offline observations only if they are declared to be kept", () => {
    const at = ["00:10"];
    const keeps = faultsOf([], [{ type: "offline", meanwhile: "buffer", at, for: hourMs }]);
    const loses = faultsOf([], [{ type: "offline", meanwhile: "lose", at, for: hourMs }]);
    const inIt = midnightMs + 20 * minuteMs;
    expect(keeps.outages.endAt(inIt)).toBe(midnightMs + 70 * minuteMs);
    expect(loses.outages.endAt(inIt)).toBe(inIt);
    expect(judged(keeps, 20 * 60)).toEqual({ ...clean(20 * 60), kinds: ["offline"] });
    expect(judged(loses, 20 * 60)).toMatchObject({ kinds: ["offline"], isLost: true });
  });
});

describe("bits of faults", () => {
  it("are one for each type, and give its name", () => {
    const all = Object.values(faultBits).reduce((bits, bit) => bits | bit, 0);
    expect(all).toBe(2 ** 10 - 1);
    expect(faultNames(0)).toEqual([]);
    expect(faultNames(faultBits.late | faultBits.offline | faultBits.spike)).toEqual([
      "spike",
      "late",
      "offline",
    ]);
  });
});
