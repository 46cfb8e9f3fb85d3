import { expect, it } from "vitest";
import type { LakeFrame } from "../../../../../../contract/frames/frames";
import { healthyOverview } from "../testing";
import { emptyState, forAnotherRoute, withFrame, withoutServer } from "./page-state";

const lake: LakeFrame = { summary: null, commits: [], minutes: [], minuteCount: 0 };
const shown = withFrame(withFrame(emptyState, "overview", healthyOverview), "lake", lake);

it("the newest frame of each kind is kept", () =>
  expect(shown).toEqual({ connection: "open", frames: { overview: healthyOverview, lake } }));

it("another view begins without what was shown before, but with the overview", () => {
  expect(forAnotherRoute(shown).frames).toEqual({ overview: healthyOverview });
  expect(forAnotherRoute(emptyState).frames).toEqual({});
});

it("a server that is gone leaves the last picture, and any frame brings it back", () => {
  const lost = withoutServer(shown, 1_000);
  expect(lost).toEqual({ ...shown, connection: "lost", lostSinceMs: 1_000 });
  expect(withoutServer(lost, 2_000)).toBe(lost);
  expect(withFrame(lost, "lake", lake)).toEqual(shown);
});
