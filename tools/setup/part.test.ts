import { expect, test } from "vitest";
import { Machine } from "./machine.mjs";
import { type Part, type Way, plan, provide } from "./part.mjs";
import { Progress } from "./progress.mjs";

const machine = new Machine({});

function way(
  what: string,
  obstacle: string | undefined,
  make: () => Promise<void> = () => Promise.resolve(),
): Way {
  return { what, obstacle: () => obstacle, make };
}

function part(ways: Way[], there = false): Part {
  return {
    name: "Widget",
    needed: "2.0",
    look: () => ({ there, found: there ? "2.0" : "none" }),
    ways,
    byHand: "Buy one.",
  };
}

function recorded() {
  const lines: string[] = [];
  const progress = new Progress({ write: (text) => lines.push(text.trimEnd()) }, () => 0);
  return { lines, progress };
}

test("a part that is there needs no way", async () => {
  expect(await plan(part([way("pull", undefined)], true), machine)).toEqual({
    there: true,
    found: "2.0",
    way: undefined,
    obstacles: [],
  });
});

test("the ordinary way is taken where it is open", async () => {
  const ordinary = way("pull", undefined);
  expect(await plan(part([ordinary, way("build", undefined)]), machine)).toMatchObject({
    way: ordinary,
    obstacles: [],
  });
});

test("the fallback is taken with the reason why", async () => {
  const fallback = way("build", undefined);
  expect(await plan(part([way("pull", "cannot reach example.org"), fallback]), machine)).toMatchObject({
    way: fallback,
    obstacles: ["cannot reach example.org"],
  });
});

test("a way that fails leaves the next one, and both are reported", async () => {
  const { lines, progress } = recorded();
  const failing = way("pull", undefined, () => Promise.reject(new Error("rate limit")));
  await provide(part([failing, way("build", undefined)]), machine, progress);
  expect(lines).toEqual(["Widget: pull", "Widget: rate limit; build", "Widget: done (0 s)"]);
});

test("a part that cannot be had gives one message with the remedy", async () => {
  const { progress } = recorded();
  const closed = part([way("pull", "cannot reach example.org"), way("build", "there is no Go")]);
  await expect(provide(closed, machine, progress)).rejects.toThrow(
    "Widget (2.0) cannot be had: cannot reach example.org; there is no Go\nBuy one.",
  );
});
