import { expect, it } from "vitest";
import { SensorSettings } from "../../contract/models/sensor";
import { sensibleSpanMs } from "./sampling";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const sensor = (name: string, model: Record<string, unknown>) =>
  SensorSettings.parse({ name, interval: 1000, model });

it.each<[number, string, Record<string, unknown>]>([
  [120_000, "a hundred draws", { type: "gaussian" }],
  [40_000, "four waves", { type: "sine", period: 10_000 }],
  [dayMs, "a day of slow waves", { type: "sine", period: 8 * hourMs }],
  [7 * dayMs, "one wave that is longer than a day", { type: "sine", period: 7 * dayMs }],
  [dayMs, "a day", { type: "daily" }],
  [7 * dayMs, "a week with its weekend", { type: "daily", weekend: 2 }],
  [2 * hourMs, "two periods of a counter", { type: "counter", resetEvery: hourMs }],
  [dayMs, "a day of a slow counter", { type: "counter", resetEvery: 7 * dayMs }],
  [dayMs, "a day of a walk", { type: "walk" }],
  [dayMs, "a day of what is derived from nothing", { type: "derived", expression: "2 * pi" }],
])("%d ms are shown: %s", (spanMs, _, model) => {
  const each = sensor("a", model);
  expect(sensibleSpanMs(each, [each])).toBe(spanMs);
});

it("the span of a derived sensor is the longest of its sources", () => {
  const sensors = [
    sensor("sum", { type: "derived", expression: "fast + doubled" }),
    sensor("doubled", { type: "derived", expression: "2 * slow" }),
    sensor("fast", { type: "sine", period: 1000 }),
    sensor("slow", { type: "sine", period: hourMs }),
  ];
  expect(sensors.map((each) => sensibleSpanMs(each, sensors))).toEqual([
    4 * hourMs,
    4 * hourMs,
    4000,
    4 * hourMs,
  ]);
});
