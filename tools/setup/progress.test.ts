import { expect, test } from "vitest";
import { Progress, seconds } from "./progress.mjs";

test("without a terminal, silence is broken every 20 s", () => {
  const lines: string[] = [];
  let nowMs = 0;
  const progress = new Progress({ write: (text) => lines.push(text) }, () => nowMs);
  const task = progress.start("Widget", "building it");
  for (nowMs = 2000; nowMs <= 65_000; nowMs += 2000) progress.tick();
  task.done();
  expect(lines).toEqual([
    "Widget: building it\n",
    "still at it: Widget 20 s\n",
    "still at it: Widget 40 s\n",
    "still at it: Widget 1 min 0 s\n",
    "Widget: done (1 min 6 s)\n",
  ]);
});

test("a terminal has one line that is kept up to date below the others", () => {
  let screen = "";
  let nowMs = 0;
  const progress = new Progress({ isTTY: true, columns: 40, write: (text) => (screen += text) }, () => nowMs);
  const one = progress.start("One", "a");
  const two = progress.start("Two", "b");
  nowMs = 3000;
  progress.tick();
  two.done();
  one.done();
  expect(screen.split("\r\x1b[K")).toEqual([
    "One: a\n… One 0 s",
    "Two: b\n… One 0 s · Two 0 s",
    "… One 3 s · Two 3 s",
    "Two: done (3 s)\n… One 3 s",
    "One: done (3 s)\n",
  ]);
});

test.each([
  [400, "0 s"],
  [59_499, "59 s"],
  [125_000, "2 min 5 s"],
])("%d ms reads %s", (ms, text) => {
  expect(seconds(ms)).toBe(text);
});
