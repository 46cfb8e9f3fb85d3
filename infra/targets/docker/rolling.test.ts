import { describe, expect, it } from "vitest";
import { inRollingOrder } from "./rolling";

/** What each part waits for, by name, in the order of declaration. */
function waits(
  all: readonly string[],
  healthy: readonly string[],
  ailing: readonly string[] = [],
): [string, readonly unknown[]][] {
  const declared: [string, readonly unknown[]][] = [];
  const made = inRollingOrder(
    all.map((container) => ({ container })),
    new Map([
      ...healthy.map((name) => [name, "healthy"] as const),
      ...ailing.map((name) => [name, "ailing"] as const),
    ]),
    ({ container }, after) => {
      declared.push([container, after]);
      return { made: container, settled: `${container} settled` as never };
    },
  );
  expect(made).toEqual(all);
  return declared;
}

describe("a rolling order", () => {
  it("lets parts that do not run start side by side", () => {
    expect(waits(["a", "b", "c"], [])).toEqual([
      ["a", []],
      ["b", []],
      ["c", []],
    ]);
  });

  it("lets each part that runs wait until the one before it has settled", () => {
    expect(waits(["a", "b", "c"], ["a", "b", "c", "another"])).toEqual([
      ["a", []],
      ["b", ["a settled"]],
      ["c", ["b settled"]],
    ]);
  });

  it("mends what does not run before it touches what does", () => {
    expect(waits(["a", "b", "c", "d"], ["a", "c"])).toEqual([
      ["b", []],
      ["d", []],
      ["a", ["b settled", "d settled"]],
      ["c", ["a settled"]],
    ]);
  });

  it("mends what runs and is not healthy after what is down, one by one, before what is healthy", () => {
    expect(waits(["a", "b", "c", "d"], ["a"], ["b", "d"])).toEqual([
      ["c", []],
      ["b", ["c settled"]],
      ["d", ["b settled"]],
      ["a", ["d settled"]],
    ]);
  });
});
