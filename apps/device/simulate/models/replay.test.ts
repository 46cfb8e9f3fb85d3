import { expect, it } from "vitest";
import { parseReplayTable, type ReplayTable } from "../../../../contract/models/replay-table";
import { randomFor } from "../random";
import { replay } from "./replay";

const random = randomFor("1", "device-1", "recorded");
function table(text: string, timeColumn?: string): ReplayTable {
  const parsed = parseReplayTable(Buffer.from(text), { timeColumn });
  if (parsed.kind === "problem") throw new Error(parsed.reason);
  return parsed;
}
const settings = { type: "replay" as const, file: "signals/boiler.csv" };

it("a replay holds each value for the sensor's interval, or as long as set, and starts again at the end", () => {
  const recorded = table("v\n5\n6\n8\n");
  const model = replay(settings, recorded, 1000)(random);
  expect([0, 999, 1000, 2500, 3000, 300_001_000].map((ms) => model.valueAt(ms))).toEqual([5, 5, 6, 8, 5, 6]);
  const slow = replay({ ...settings, every: 60_000 }, recorded, 1000)(random);
  expect([59_999, 60_000, 179_999, 180_000].map((ms) => slow.valueAt(ms))).toEqual([5, 6, 8, 5]);
});

it("a replay holds each value until the time of the next, and the last as long as the one before", () => {
  const model = replay(settings, table("t,v\n7,1\n8.5,2\n10,3\n", "t"), 1000)(random);
  const seconds = [0, 1.499, 1.5, 2.999, 3, 4.499, 4.5, 6];
  expect(seconds.map((second) => model.valueAt(second * 1000))).toEqual([1, 1, 2, 2, 3, 3, 1, 2]);
  // 45 minutes are 600 times the length of the recording.
  expect(seconds.map((second) => model.valueAt(2_700_000 + second * 1000))).toEqual([1, 1, 2, 2, 3, 3, 1, 2]);
});

it("a replay holds a single value", () => {
  const model = replay(settings, table("t,v\n7,1\n", "t"), 1000)(random);
  expect([0, 1, 999, 1000, 123_456].map((ms) => model.valueAt(ms))).toEqual([1, 1, 1, 1, 1]);
});
