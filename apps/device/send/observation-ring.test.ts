import { describe, expect, it } from "vitest";
import type { KeptWhenFull } from "../../../contract/environment/device";
import { ObservationRing } from "./observation-ring";
import type { Mark } from "../simulate/observation";
import { Draws } from "../testing/random-streams";

const mark: Mark = { label: undefined, kinds: 1, observedAtMs: 0, lost: undefined, held: undefined };

/** Every column of the observation with this number differs from those of all others. */
const pushTo = (ring: ObservationRing, number: number) =>
  ring.push(number % 7, number, number * 1_000, number / 8, number % 3 === 0 ? mark : `label ${number}`);

/** Removes the oldest observation, and checks that all columns are its own. */
function takeFrom(ring: ObservationRing): number {
  const { sensor, seq, timestampMs, value, mark: found } = ring;
  expect([sensor, timestampMs, value, found]).toEqual([
    seq % 7,
    seq * 1_000,
    seq / 8,
    seq % 3 === 0 ? mark : `label ${seq}`,
  ]);
  ring.removeFirst();
  return seq;
}

/** The results of three pushes that drop nothing. */
const nothing = [undefined, undefined, undefined];

const takeAll = (ring: ObservationRing) => Array.from({ length: ring.size }, () => takeFrom(ring));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe("an observation ring", () => {
  it("returns observations in their order, with all columns", () => {
    const ring = new ObservationRing(10, "newest");
    for (const number of range(0, 5)) expect(pushTo(ring, number)).toBeUndefined();
    expect([ring.size, takeFrom(ring), takeFrom(ring)]).toEqual([5, 0, 1]);
    expect(takeAll(ring)).toEqual([2, 3, 4]);
    expect([ring.size, ring.dropped]).toEqual([0, 0]);
  });

  it("drops the oldest when it is full, if the newest are kept", () => {
    const ring = new ObservationRing(3, "newest");
    expect(range(0, 5).map((number) => pushTo(ring, number))).toEqual([...nothing, 0, 1]);
    expect([ring.size, ring.dropped]).toEqual([3, 2]);
    expect(takeAll(ring)).toEqual([2, 3, 4]);
  });

  it("drops the new one when it is full, if the oldest are kept", () => {
    const ring = new ObservationRing(3, "oldest");
    expect(range(0, 5).map((number) => pushTo(ring, number))).toEqual([...nothing, 3, 4]);
    expect([ring.size, ring.dropped]).toEqual([3, 2]);
    expect(takeAll(ring)).toEqual([0, 1, 2]);
    expect(pushTo(ring, 5)).toBeUndefined();
    expect(takeAll(ring)).toEqual([5]);
  });

  it.each([0, 1, 700, 1_023])("keeps their order when it grows while its first is at %d", (beginning) => {
    const ring = new ObservationRing(5_000, "newest");
    for (const number of range(0, beginning)) pushTo(ring, number);
    expect(takeAll(ring)).toEqual(range(0, beginning));
    for (const number of range(beginning, beginning + 6_000)) pushTo(ring, number);
    expect(ring.dropped).toBe(1_000);
    expect(takeAll(ring)).toEqual(range(beginning + 1_000, beginning + 6_000));
  });

  it.each<KeptWhenFull>(["newest", "oldest"])(
    "holds what a plain list would hold, over a long run (%s)",
    (keeps) => {
      const limit = 2_500;
      const ring = new ObservationRing(limit, keeps);
      const draws = new Draws(keeps);
      const list: number[] = [];
      let dropped = 0;
      for (let number = 0; number < 40_000;) {
        for (const end = number + draws.below(900); number < end; number++) {
          pushTo(ring, number);
          if (list.length < limit) list.push(number);
          else {
            dropped++;
            if (keeps === "newest") list.shift();
            if (keeps === "newest") list.push(number);
          }
        }
        for (let taken = draws.below(850); taken > 0 && list.length > 0; taken--)
          if (takeFrom(ring) !== list.shift()) expect.unreachable(`at ${number}`);
        expect([ring.size, ring.dropped]).toEqual([list.length, dropped]);
      }
      expect(takeAll(ring)).toEqual(list);
      expect(dropped).toBeGreaterThan(100);
    },
  );
});
