import { describe, expect, it } from "vitest";
import { type Random, randomFor } from "../random";
import { states } from "./states";

const start = Date.UTC(2026, 10, 23);
const dayMs = 86_400_000;
const machine = {
  type: "states" as const,
  states: [
    { name: "off", value: 0, dwell: 600_000, next: { run: 1 } },
    { name: "run", value: 10, dwell: 1_200_000, next: { off: 3, jam: 1 } },
    { name: "jam", value: 5, dwell: 300_000 },
  ],
  noise: 0,
};
const model = (device = "device-1", changes = {}, intervalMs = 1000) =>
  states({ ...machine, ...changes }, intervalMs)(randomFor("1", device, "state"));

const times = (count: number, stepMs: number) =>
  Array.from({ length: count }, (_, index) => start + index * stepMs);

describe("a chain of states", () => {
  it("begins each day with the first state, and takes a different course each day", () => {
    const device = model();
    const courses = Array.from({ length: 20 }, (_, day) =>
      Array.from({ length: 1440 }, (_, minute) => device.valueAt(start + day * dayMs + minute * 60_000)),
    );
    expect(new Set(courses.map(([first]) => first))).toEqual(new Set([0]));
    expect(new Set(courses.map((course) => course.join())).size).toBe(20);
  });

  it("has the value and the name of the same state", () => {
    const device = model();
    const pairs = times(10_000, 61_000).map((ms) => `${device.labelAt?.(ms)} ${device.valueAt(ms)}`);
    expect([...new Set(pairs)].sort()).toEqual(["jam 5", "off 0", "run 10"]);
  });

  it("stays in a state as long as set on average, and chooses the next by weight", () => {
    const stays = { off: 0, run: 0, jam: 0 };
    const spent = { off: 0, run: 0, jam: 0 };
    const jumps: Record<string, number> = {};
    const [stepMs, hours] = [5000, 20];
    for (let number = 0; number < 400; number++) {
      const device = model(`device-${number}`);
      let last = "";
      // The end of a day cuts a stay short.
      for (const ms of times((hours * 3_600_000) / stepMs, stepMs)) {
        const state = device.labelAt?.(ms) as keyof typeof stays;
        spent[state] += stepMs;
        if (state !== last) {
          stays[state] += 1;
          jumps[`${last}>${state}`] = (jumps[`${last}>${state}`] ?? 0) + 1;
        }
        last = state;
      }
    }
    const ofDwell = (state: keyof typeof stays, dwellMs: number) => spent[state] / stays[state] / dwellMs;
    expect(ofDwell("off", 600_000)).toBeCloseTo(1, 1);
    expect(ofDwell("run", 1_200_000)).toBeCloseTo(1, 1);
    expect(ofDwell("jam", 300_000)).toBeCloseTo(1, 1);
    const share = (one: string, other: string) => jumps[one]! / (jumps[one]! + jumps[other]!);
    expect(share("run>off", "run>jam")).toBeCloseTo(0.75, 1);
    expect(share("jam>off", "jam>run")).toBeCloseTo(0.5, 1);
    // A stay that is shorter than a step may go unseen.
    expect((jumps["off>jam"] ?? 0) / stays.off).toBeLessThan(0.01);
  });

  it("is the same in ascending, descending and random order of times", () => {
    const short = { states: machine.states.map((state) => ({ ...state, dwell: 5000 })) };
    const along = model("device-1", short);
    const all = times(180_000, 1000);
    const labels = all.map((ms) => along.labelAt?.(ms));
    expect(new Set(labels).size).toBe(3);
    for (let index = all.length - 1; index > 0; index -= 1009)
      expect(along.labelAt?.(all[index]!)).toBe(labels[index]);
    for (let index = 0; index < all.length; index += 9973)
      expect(model("device-1", short).labelAt?.(all[index]!)).toBe(labels[index]);
    // Two callers take turns, one of them a minute behind.
    for (let index = 60; index < all.length; index += 7)
      expect([along.labelAt?.(all[index]!), along.labelAt?.(all[index - 60]!)]).toEqual([
        labels[index],
        labels[index - 60],
      ]);
  });

  it("is as quick to step back a little as to go on", () => {
    const short = { states: machine.states.map((state) => ({ ...state, dwell: 1000 })) };
    let draws = 0;
    const random = randomFor("1", "a");
    const counting: Random = {
      uniform: (at, draw) => (draws++, random.uniform(at, draw)),
      gaussian: (at, draw) => random.gaussian(at, draw),
    };
    const device = states({ ...machine, ...short }, 1000)(counting);
    device.valueAt(start + dayMs - 3_600_000);
    draws = 0;
    for (let second = 0; second < 1000; second++) {
      device.valueAt(start + dayMs - 3_600_000 + second * 1000);
      device.valueAt(start + dayMs - 3_600_000 + second * 1000 - 30_000);
    }
    // If it went through the day from midnight, each step back would take more than 160,000 draws.
    expect(draws).toBeLessThan(1000 * 300);
  });

  it("has noise on its values, not on its labels", () => {
    const noisy = model("device-1", { noise: 0.5 });
    const plain = model();
    const all = times(20_000, 1000);
    const noise = all.map((ms) => noisy.valueAt(ms) - plain.valueAt(ms));
    const variance = noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length;
    expect(Math.sqrt(variance)).toBeCloseTo(0.5, 1);
    expect(all.every((ms) => noisy.labelAt?.(ms) === plain.labelAt?.(ms))).toBe(true);
    expect(noisy.valueAt(start + 999)).toBe(noisy.valueAt(start));
  });
});
