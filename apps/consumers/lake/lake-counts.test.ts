import { expect, it } from "vitest";
import { LakeCounts } from "./lake-counts";
import { ArrivalTimes } from "./writer/arrival-times";

it("takes a row's age at its commit, from its message's timestamp on", () => {
  const counts = new LakeCounts();
  const arrivals = new ArrivalTimes();
  const nowMs = 1_795_392_000_000;
  // Half a step more or less: 10 ms.
  for (const ageMs of [-60_000, 45, 45, 4_995, 9_005, 3_600_005]) arrivals.add(nowMs - ageMs);
  counts.becameVisible(arrivals.all, nowMs);
  const { counts: buckets, sum } = counts.freshnessSeconds;
  // Bounds are 1, 2, 5, 10, 20, 50 ms …, 5 s, 10 s …, 10 min.
  expect([...buckets]).toEqual([1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1]);
  expect(sum).toBeCloseTo(0.045 * 2 + 4.995 + 9.005 + 3_600.005, 9);
});
