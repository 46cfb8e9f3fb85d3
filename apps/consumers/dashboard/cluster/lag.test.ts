import { expect, it } from "vitest";
import { lagOf } from "./lag";

it.each([
  ["what comes after it", 10, 50, 30, 20],
  ["nothing at the end", 10, 50, 50, 0],
  ["all that there is where nothing is committed", 10, 50, undefined, 40],
  ["only what retention has left", 10, 50, 3, 40],
  ["nothing where bounds are older than it, or of a topic made anew", 0, 50, 70, 0],
  ["nothing of what is empty", 7, 7, undefined, 0],
])("a group that has committed lacks %s", (_, earliest, latest, committed, lag) => {
  expect(lagOf({ earliest, latest }, committed)).toBe(lag);
});
