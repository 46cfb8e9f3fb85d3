import { describe, expect, it } from "vitest";
import { dayMs, hourMs, minuteMs } from "../../../../contract/values/fields";
import { randomFor } from "../random";
import { type EpisodeSettings, Episodes } from "./episodes";
import { midnightMs } from "../../testing/streams";

const episodesOf = (settings: EpisodeSettings, intervalMs = 1_000, seed = "seed") =>
  new Episodes(settings, intervalMs, randomFor(seed));

/** When an episode is on, of the times at a distance from midnight on. */
function timesOn(episodes: Episodes, everyMs: number, untilMs: number): number[] {
  return Array.from({ length: Math.ceil(untilMs / everyMs) }, (_, place) => place * everyMs).filter(
    (ms) => !Number.isNaN(episodes.startAt(midnightMs + ms)),
  );
}

describe("episodes by probability", () => {
  it.each([0, 0.05, 0.5, 0.9, 0.99])("are there %d of the time, whatever their length", (probability) => {
    for (const length of [undefined, 10, 3_300, 60_000]) {
      const episodes = episodesOf({ probability, for: length });
      const samples = 20_000;
      const everyMs = length ?? 1_000;
      const share = timesOn(episodes, everyMs, samples * everyMs).length / samples;
      expect(Math.abs(share - probability)).toBeLessThan(0.015);
    }
  });

  it("strike single observations if they have no length", () => {
    const episodes = episodesOf({ probability: 0.5 }, 250);
    for (let ms = midnightMs; ms < midnightMs + 100_000; ms += 250) {
      const start = episodes.startAt(ms);
      if (!Number.isNaN(start)) expect(start).toBe(ms);
    }
    expect(episodes.lengthMs).toBe(250);
  });

  it("last their whole length, and say when they began", () => {
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

  it("are the same for the same seed, and others for another", () => {
    const times = (seed: string) => timesOn(episodesOf({ probability: 0.5 }, 1_000, seed), 1_000, 100_000);
    expect(times("a")).toEqual(times("a"));
    expect(times("a")).not.toEqual(times("b"));
  });
});

describe("episodes at set times", () => {
  it("come every day, for as long as they are declared", () => {
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

  it("go on over midnight", () => {
    const episodes = episodesOf({ at: ["23:50"], for: 20 * minuteMs });
    const yesterday = midnightMs - 10 * minuteMs;
    expect(episodes.startAt(midnightMs)).toBe(yesterday);
    expect(episodes.startAt(midnightMs + 10 * minuteMs - 1)).toBe(yesterday);
    expect(episodes.startAt(midnightMs + 10 * minuteMs)).toBeNaN();
  });

  it("strike the observation of that time only, if they have no length", () => {
    const episodes = episodesOf({ at: ["06:30"] }, 1_000);
    expect(timesOn(episodes, 1_000, dayMs)).toEqual([6.5 * hourMs]);
  });

  it("come once at a single time", () => {
    const at = ["2026-11-24T01:00:00Z", "2026-11-24T01:00:02.500Z", "2026-11-24T05:00+02:00"];
    const episodes = episodesOf({ at, for: 1_000 });
    expect(timesOn(episodes, 500, 3 * dayMs)).toEqual(
      [0, 500, 2_500, 3_000, 2 * hourMs, 2 * hourMs + 500].map((ms) => dayMs + hourMs + ms),
    );
  });

  it("that overlap count from the latest", () => {
    const episodes = episodesOf({ at: ["06:30", "06:00"], for: hourMs });
    expect(episodes.startAt(midnightMs + 6.25 * hourMs)).toBe(midnightMs + 6 * hourMs);
    expect(episodes.startAt(midnightMs + 6.75 * hourMs)).toBe(midnightMs + 6.5 * hourMs);
    expect(episodes.startAt(midnightMs + 7.25 * hourMs)).toBe(midnightMs + 6.5 * hourMs);
    expect(episodes.startAt(midnightMs + 7.5 * hourMs)).toBeNaN();
  });

  it("that are longer than the days between them never end", () => {
    const daily = episodesOf({ at: ["06:00"], for: 2 * dayMs });
    expect(daily.startAt(midnightMs + 5 * hourMs)).toBe(midnightMs - 18 * hourMs);
    expect(daily.startAt(midnightMs + 6 * hourMs)).toBe(midnightMs + 6 * hourMs);
    const once = episodesOf({ at: ["2026-11-23T06:00:00Z"], for: 2 * dayMs });
    expect(once.startAt(midnightMs + 54 * hourMs - 1)).toBe(midnightMs + 6 * hourMs);
    expect(once.startAt(midnightMs + 54 * hourMs)).toBeNaN();
  });
});
