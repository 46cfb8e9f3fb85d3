import { describe, expect, it } from "vitest";
import { inRollingOrder } from "./rolling";

/** What each part waits for, by name, in the order of declaration. */
function waits(
  all: readonly string[],
  healthy: readonly string[],
  unhealthy: readonly string[] = [],
): [string, readonly unknown[]][] {
  const declared: [string, readonly unknown[]][] = [];
  const made = inRollingOrder(
    all.map((name) => ({ name })),
    new Map([
      ...healthy.map((name) => [name, "healthy"] as const),
      ...unhealthy.map((name) => [name, "unhealthy"] as const),
    ]),
    ({ name }, after) => {
      declared.push([name, after]);
      return { made: name, settled: `${name} settled` as never };
    },
  );
  expect(made).toEqual(all);
  return declared;
}

describe("inRollingOrder", () => {
  it("parts that do not run start side by side", () => {
    expect(waits(["a", "b", "c"], [])).toEqual([
      ["a", []],
      ["b", []],
      ["c", []],
    ]);
  });

  it("each part that runs waits until the one before it has settled", () => {
    expect(waits(["a", "b", "c"], ["a", "b", "c", "another"])).toEqual([
      ["a", []],
      ["b", ["a settled"]],
      ["c", ["b settled"]],
    ]);
  });

  it("parts that do not run are repaired before those that run are changed", () => {
    expect(waits(["a", "b", "c", "d"], ["a", "c"])).toEqual([
      ["b", []],
      ["d", []],
      ["a", ["b settled", "d settled"]],
      ["c", ["a settled"]],
    ]);
  });

  it("unhealthy parts are repaired one by one, after those that are down and before healthy ones are changed", () => {
    expect(waits(["a", "b", "c", "d"], ["a"], ["b", "d"])).toEqual([
      ["c", []],
      ["b", ["c settled"]],
      ["d", ["b settled"]],
      ["a", ["d settled"]],
    ]);
  });
});
