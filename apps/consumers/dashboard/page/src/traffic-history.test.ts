import { expect, it } from "vitest";
import { healthyOverview } from "./testing";
import { TrafficHistory } from "./traffic-history";

const at = (nowMs: number, messagesPerSecond: number) => ({
  ...healthyOverview,
  nowMs,
  totals: { ...healthyOverview.totals, messagesPerSecond },
});

it("keeps five minutes, a point a second", () => {
  const history = new TrafficHistory();
  for (let second = 0; second < 400; second++) history.add(at(second * 1_000, second));
  expect([history.times.length, history.times[0], history.rates.at(-1)]).toEqual([300, 100_000, 399]);
});

it("takes a second once, whichever view's stream tells of it", () => {
  const history = new TrafficHistory();
  for (const nowMs of [1_000, 1_200, 1_499, 1_500]) history.add(at(nowMs, nowMs));
  expect(history.times).toEqual([1_000, 1_500]);
});
