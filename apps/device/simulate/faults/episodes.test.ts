import { describe, expect, it } from "vitest";
import { randomFor } from "../random";
import { midnightMs } from "../../testing/streams";
import { type EpisodeSettings, Episodes, Outages } from "./episodes";
import { dayMs, hourMs, minuteMs } from "../../../../contract/values/fields";

const episodesOf = (settings: EpisodeSettings, intervalMs = 1_000, seed = "seed") =>
  new Episodes(settings, intervalMs, randomFor(seed));

/** The times at which an episode is active, in milliseconds after midnight. */
function timesOn(episodes: Episodes, everyMs: number, untilMs: number): number[] {
  return Array.from({ length: Math.ceil(untilMs / everyMs) }, (_, place) => place * everyMs).filter(
    (ms) => !Number.isNaN(episodes.startAt(midnightMs + ms)),
  );
}

describe("episodes by probability", () => {
  it.each([0, 0.05, 0.5, 0.9, 0.99])(
    "last for a share %d of the time, whatever their length",
    (probability) => {
      for (const length of [undefined, 10, 3_300, 60_000]) {
        const episodes = episodesOf({ probability, for: length });
        const samples = 20_000;
        const everyMs = length ?? 1_000;
        const share = timesOn(episodes, everyMs, samples * everyMs).length / samples;
        expect(Math.abs(share - probability)).toBeLessThan(0.015);
      }
    },
  );

  it("affect single observations if they have no length", () => {
    const episodes = episodesOf({ probability: 0.5 }, 250);
    for (let ms = midnightMs; ms < midnightMs + 100_000; ms += 250) {
      const start = episodes.startAt(ms);
      if (!Number.isNaN(start)) expect(start).toBe(ms);
    }
    expect(episodes.lengthMs).toBe(250);
  });

  it("last their whole length, and know when they began", () => {
    const episodes = episodesOf({ probability: 0.3, for: 700 });
    const starts = new Map<number, number>();
    for (let ms = midnightMs; ms < midnightMs + 350_000; ms++) {
      const start = episodes.startAt(ms);
      if (start > ms) expect.unreachable("an episode is on before it begins");
      if (!Number.isNaN(start)) starts.set(start, (starts.get(start) ?? 0) + 1);
    }
    const whole = [...starts.values()].slice(1, -1);
    expect(whole.length).toBeGreaterThan(100);
    expect(new Set(whole)).toEqual(new Set([700]));
  });

  it("of different faults do not all begin at the same times", () => {
    const phases = ["a", "b", "c", "d"].map((seed) => {
      const episodes = episodesOf({ probability: 0.5, for: minuteMs }, 1_000, seed);
      for (let ms = midnightMs; ; ms += 1_000)
        if (!Number.isNaN(episodes.startAt(ms))) return episodes.startAt(ms) % minuteMs;
    });
    expect(new Set(phases).size).toBe(4);
  });

  it("are the same for the same seed, and differ for another", () => {
    const times = (seed: string) => timesOn(episodesOf({ probability: 0.5 }, 1_000, seed), 1_000, 100_000);
    expect(times("a")).toEqual(times("a"));
    expect(times("a")).not.toEqual(times("b"));
  });
});

describe("episodes at set times", () => {
  it("occur every day, for their declared length", () => {
    const episodes = episodesOf({ at: ["06:30", "18:00:30"], for: 10 * minuteMs });
    const expected = [0, dayMs, 2 * dayMs].flatMap((day) => [
      ...Array.from({ length: 10 }, (_, minute) => day + 6.5 * hourMs + minute * minuteMs),
      ...Array.from({ length: 10 }, (_, minute) => day + 18 * hourMs + (minute + 1) * minuteMs),
    ]);
    expect(timesOn(episodes, minuteMs, 3 * dayMs)).toEqual(expected);
    const start = midnightMs + 6.5 * hourMs;
    expect(episodes.startAt(start - 1)).toBeNaN();
    expect(episodes.startAt(start)).toBe(start);
    expect(episodes.startAt(start + 10 * minuteMs - 1)).toBe(start);
    expect(episodes.startAt(start + 10 * minuteMs)).toBeNaN();
  });

  it("continue over midnight", () => {
    const episodes = episodesOf({ at: ["23:50"], for: 20 * minuteMs });
    const yesterday = midnightMs - 10 * minuteMs;
    expect(episodes.startAt(midnightMs)).toBe(yesterday);
    expect(episodes.startAt(midnightMs + 10 * minuteMs - 1)).toBe(yesterday);
    expect(episodes.startAt(midnightMs + 10 * minuteMs)).toBeNaN();
  });

  it("affect only the observation of that time if they have no length", () => {
    const episodes = episodesOf({ at: ["06:30"] }, 1_000);
    expect(timesOn(episodes, 1_000, dayMs)).toEqual([6.5 * hourMs]);
  });

  it("occur once at a single time", () => {
    const at = ["2026-11-24T01:00:00Z", "2026-11-24T01:00:02.500Z", "2026-11-24T05:00+02:00"];
    const episodes = episodesOf({ at, for: 1_000 });
    expect(timesOn(episodes, 500, 3 * dayMs)).toEqual(
      [0, 500, 2_500, 3_000, 2 * hourMs, 2 * hourMs + 500].map((ms) => dayMs + hourMs + ms),
    );
  });

  it("that overlap count from the latest start", () => {
    const episodes = episodesOf({ at: ["06:30", "06:00"], for: hourMs });
    expect(episodes.startAt(midnightMs + 6.25 * hourMs)).toBe(midnightMs + 6 * hourMs);
    expect(episodes.startAt(midnightMs + 6.75 * hourMs)).toBe(midnightMs + 6.5 * hourMs);
    expect(episodes.startAt(midnightMs + 7.25 * hourMs)).toBe(midnightMs + 6.5 * hourMs);
    expect(episodes.startAt(midnightMs + 7.5 * hourMs)).toBeNaN();
  });

  it("that are longer than a day never end", () => {
    const daily = episodesOf({ at: ["06:00"], for: 2 * dayMs });
    expect(daily.startAt(midnightMs + 5 * hourMs)).toBe(midnightMs - 18 * hourMs);
    expect(daily.startAt(midnightMs + 6 * hourMs)).toBe(midnightMs + 6 * hourMs);
    const once = episodesOf({ at: ["2026-11-23T06:00:00Z"], for: 2 * dayMs });
    expect(once.startAt(midnightMs + 54 * hourMs - 1)).toBe(midnightMs + 6 * hourMs);
    expect(once.startAt(midnightMs + 54 * hourMs)).toBeNaN();
  });
});

const outagesOf = (...faults: EpisodeSettings[]) =>
  new Outages(faults.map((fault, place) => new Episodes(fault, 1_000, randomFor("seed", String(place)))));

const at = (hours: number) => midnightMs + hours * hourMs;
const spanOf = (outages: Outages, hours: number) =>
  [outages.beginAt(at(hours)), outages.endAt(at(hours))].map((ms) => (ms - midnightMs) / hourMs);

describe("outages", () => {
  it("begin and end with their episode; any other time is its own start and end", () => {
    const outages = outagesOf({ at: ["06:00"], for: hourMs });
    expect(spanOf(outages, 5.9)).toEqual([5.9, 5.9]);
    expect(spanOf(outages, 6)).toEqual([6, 7]);
    expect(spanOf(outages, 6.5)).toEqual([6, 7]);
    expect(spanOf(outages, 7)).toEqual([7, 7]);
  });

  it("at times that touch or overlap are one outage", () => {
    const outages = outagesOf({ at: ["06:00", "06:30", "07:30", "08:31"], for: hourMs });
    for (const hours of [6, 6.25, 6.75, 7.4, 7.5, 8.4]) expect(spanOf(outages, hours)).toEqual([6, 8.5]);
    expect(spanOf(outages, 8.5)).toEqual([8.5, 8.5]);
  });

  it("of several faults are one outage where they touch or overlap", () => {
    const outages = outagesOf(
      { at: ["06:00"], for: hourMs },
      { at: ["06:30"], for: 2 * hourMs },
      { at: ["08:30"], for: minuteMs * 30 },
      { at: ["10:00"], for: hourMs },
    );
    for (const hours of [6, 6.4, 7.1, 8.9]) expect(spanOf(outages, hours)).toEqual([6, 9]);
    expect(spanOf(outages, 10.5)).toEqual([10, 11]);
  });

  it("by probability last as long as their episodes follow each other", () => {
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

  it("that never end are searched only for a limited number of episodes", () => {
    const outages = outagesOf({ at: ["06:00"], for: dayMs });
    expect(outages.endAt(midnightMs) - midnightMs).toBeGreaterThan(1_000 * dayMs);
    expect(midnightMs - outages.beginAt(midnightMs)).toBeGreaterThan(1_000 * dayMs);
  });
});
