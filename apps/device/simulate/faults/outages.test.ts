import { describe, expect, it } from "vitest";
import { dayMs, hourMs, minuteMs } from "../../../../contract/values/fields";
import { randomFor } from "../random";
import { type EpisodeSettings, Episodes } from "./episodes";
import { Outages } from "./outages";
import { midnightMs } from "../../testing/streams";

const outagesOf = (...faults: EpisodeSettings[]) =>
  new Outages(faults.map((fault, place) => new Episodes(fault, 1_000, randomFor("seed", String(place)))));

const at = (hours: number) => midnightMs + hours * hourMs;
const spanOf = (outages: Outages, hours: number) =>
  [outages.beginAt(at(hours)), outages.endAt(at(hours))].map((ms) => (ms - midnightMs) / hourMs);

describe("outages", () => {
  it("begin and end with their episode; any other time is its own begin and end", () => {
    const outages = outagesOf({ at: ["06:00"], for: hourMs });
    expect(spanOf(outages, 5.9)).toEqual([5.9, 5.9]);
    expect(spanOf(outages, 6)).toEqual([6, 7]);
    expect(spanOf(outages, 6.5)).toEqual([6, 7]);
    expect(spanOf(outages, 7)).toEqual([7, 7]);
  });

  it("of times that touch or overlap are one", () => {
    const outages = outagesOf({ at: ["06:00", "06:30", "07:30", "08:31"], for: hourMs });
    for (const hours of [6, 6.25, 6.75, 7.4, 7.5, 8.4]) expect(spanOf(outages, hours)).toEqual([6, 8.5]);
    expect(spanOf(outages, 8.5)).toEqual([8.5, 8.5]);
  });

  it("of several faults are one where they touch or overlap", () => {
    const outages = outagesOf(
      { at: ["06:00"], for: hourMs },
      { at: ["06:30"], for: 2 * hourMs },
      { at: ["08:30"], for: minuteMs * 30 },
      { at: ["10:00"], for: hourMs },
    );
    for (const hours of [6, 6.4, 7.1, 8.9]) expect(spanOf(outages, hours)).toEqual([6, 9]);
    expect(spanOf(outages, 10.5)).toEqual([10, 11]);
  });

  it("by probability last as long as their pieces follow each other", () => {
    const settings = { probability: 0.7, for: 600 };
    const outages = outagesOf(settings);
    const episodes = new Episodes(settings, 1_000, randomFor("seed", "0"));
    const isOn = (ms: number) => !Number.isNaN(episodes.startAt(ms));
    for (let ms = midnightMs; ms < midnightMs + 300_000; ms += 170) {
      const [beginMs, endMs] = [outages.beginAt(ms), outages.endAt(ms)];
      if (!isOn(ms)) {
        expect([beginMs, endMs]).toEqual([ms, ms]);
        continue;
      }
      for (let inside = beginMs; inside < endMs; inside += 100) expect(isOn(inside)).toBe(true);
      expect([isOn(beginMs - 1), isOn(endMs)]).toEqual([false, false]);
    }
  });

  it("without an end are not waited for without an end", () => {
    const outages = outagesOf({ at: ["06:00"], for: dayMs });
    expect(outages.endAt(midnightMs) - midnightMs).toBeGreaterThan(1_000 * dayMs);
    expect(midnightMs - outages.beginAt(midnightMs)).toBeGreaterThan(1_000 * dayMs);
  });
});
