import { expect, it } from "vitest";
import { ServerClock } from "./server-clock";

it("frames that take some time do not put the clock wrong", () => {
  const clock = new ServerClock();
  expect(clock.at(1_000)).toBe(1_000);
  clock.see(1_000, 1_040);
  clock.see(2_000, 2_005);
  expect([clock.at(3_000), clock.transitMs]).toEqual([3_000, 5]);
});

it.each([
  ["behind", 60_000],
  ["ahead", -60_000],
])("a server whose clock is %s has its own time", (_, offsetMs) => {
  const clock = new ServerClock();
  clock.see(100_000, 100_000 + offsetMs + 40);
  clock.see(200_000, 200_000 + offsetMs + 5);
  clock.see(300_000, 300_000 + offsetMs + 25);
  expect([clock.at(400_000 + offsetMs), clock.transitMs]).toEqual([399_995, 20]);
});
