import { expect, it } from "vitest";
import type { LakeFrame } from "../../../../../../contract/frames/frames";
import { healthyOverview } from "../testing/overview";
import {
  emptyState,
  forAnotherRoute,
  ServerClock,
  TrafficHistory,
  withFrame,
  withoutServer,
} from "./page-state";

const lake: LakeFrame = { summary: null, commits: [], minutes: [], minuteCount: 0 };
const shown = withFrame(withFrame(emptyState, "overview", healthyOverview), "lake", lake);

it("withFrame keeps the latest frame of each kind", () =>
  expect(shown).toEqual({ connection: "open", frames: { overview: healthyOverview, lake } }));

it("forAnotherRoute keeps only the overview", () => {
  expect(forAnotherRoute(shown).frames).toEqual({ overview: healthyOverview });
  expect(forAnotherRoute(emptyState).frames).toEqual({});
});

it("withoutServer keeps the last picture, and any frame ends it", () => {
  const lost = withoutServer(shown, 1_000);
  expect(lost).toEqual({ ...shown, connection: "lost", lostSinceMs: 1_000 });
  expect(withoutServer(lost, 2_000)).toBe(lost);
  expect(withFrame(lost, "lake", lake)).toEqual(shown);
});

it("frames that take some time do not put the clock wrong", () => {
  const clock = new ServerClock();
  expect(clock.at(1_000)).toBe(1_000);
  clock.note(1_000, 1_040);
  clock.note(2_000, 2_005);
  expect([clock.at(3_000), clock.transitMs]).toEqual([3_000, 5]);
});

it.each([
  ["behind", 60_000],
  ["ahead", -60_000],
])("a server whose clock is %s has its own time", (_, offsetMs) => {
  const clock = new ServerClock();
  clock.note(100_000, 100_000 + offsetMs + 40);
  clock.note(200_000, 200_000 + offsetMs + 5);
  clock.note(300_000, 300_000 + offsetMs + 25);
  expect([clock.at(400_000 + offsetMs), clock.transitMs]).toEqual([399_995, 20]);
});

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

it("TrafficHistory keeps each second once, whichever stream has it", () => {
  const history = new TrafficHistory();
  for (const nowMs of [1_000, 1_200, 1_499, 1_500]) history.add(at(nowMs, nowMs));
  expect(history.times).toEqual([1_000, 1_500]);
});
