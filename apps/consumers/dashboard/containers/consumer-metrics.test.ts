import { describe, expect, it } from "vitest";
import {
  ConsumerMetrics,
  type CumulativeHistogram,
  histogramOf,
  HistogramWindow,
  quantileOf,
} from "./consumer-metrics";
import { parseExposition } from "./exposition";

const freshness = (...counts: readonly [one: number, two: number, more: number]) =>
  ["1", "2", "+Inf"]
    .map((bound, at) => `kafka_iot_sim_lake_freshness_seconds_bucket{le="${bound}"} ${counts[at]}`)
    .join("\n");
const read = (count: number) => `kafka_iot_sim_consumer_messages_read_total ${count}`;
const rows = (count: number) => `kafka_iot_sim_lake_rows_total ${count}`;

describe("the metrics of consumers", () => {
  it("give the rate of reading, if consumers report it", () => {
    const metrics = new ConsumerMetrics(["console", "lake", "silent"]);
    metrics.take("console", read(500));
    metrics.take("silent", "process_cpu_seconds_total 1");
    metrics.tick(0);
    metrics.take("console", read(530));
    metrics.take("stranger", read(1));
    metrics.hasRead("stranger", 1);
    metrics.tick(2_000);
    expect(metrics.readPerSecond("console")).toBe(15);
    expect(metrics.readPerSecond("lake")).toBeUndefined();
    metrics.hasRead("lake", 100);
    metrics.tick(3_000);
    metrics.hasRead("lake", 130);
    metrics.tick(4_000);
    expect(metrics.readPerSecond("lake")).toBe(30);
    expect(metrics.readPerSecond("silent")).toBeUndefined();
    expect(metrics.readPerSecond("stranger")).toBeUndefined();
  });

  it("give the rate and the freshness of the rows of all lakes", () => {
    const metrics = new ConsumerMetrics(["lake", "lake-2"]);
    expect(metrics.freshnessMs).toBeUndefined();
    const take = (name: string, count: number, ...counts: Parameters<typeof freshness>) =>
      metrics.take(name, `${rows(count)}\n${freshness(...counts)}`);
    take("lake", 100, 0, 0, 100);
    take("lake-2", 10, 10, 10, 10);
    metrics.tick(0);
    take("lake", 110, 5, 10, 110);
    take("lake-2", 30, 25, 30, 30);
    metrics.tick(1_000);
    expect(metrics.rowsPerSecond).toBe(30);
    // 5 + 15 of 30 within one second, all others within two.
    expect(metrics.freshnessMs).toEqual({ p50: 750, p90: 1_700, p99: 1_970 });
    for (let second = 2; second <= 400; second++) metrics.tick(second * 1_000);
    expect(metrics.freshnessMs).toBeUndefined();
  });
});

const of = (...counts: number[]): CumulativeHistogram => ({ bounds: [1, 2, Infinity], counts });
const add = (window: HistogramWindow, timeMs: number, by: Record<string, CumulativeHistogram>) =>
  window.add(timeMs, new Map(Object.entries(by)));

it("reads a histogram in the order of its bounds", () => {
  const samples = parseExposition(
    's_bucket{le="+Inf"} 5\ns_bucket{le="0.5"} 2\ns_bucket{le="10"} 4\ns_count 5',
  );
  expect(histogramOf(samples, "s")).toEqual({ bounds: [0.5, 10, Infinity], counts: [2, 4, 5] });
  expect(histogramOf(samples, "t")).toBeUndefined();
});

describe("a window", () => {
  it("is empty before something was counted in it", () => {
    const window = new HistogramWindow(10);
    expect(window.counted).toBeUndefined();
    add(window, 0, { a: of(5, 6, 7) });
    expect(window.counted).toBeUndefined();
    add(window, 1, { a: of(5, 6, 8) });
    expect(window.counted).toEqual(of(0, 0, 1));
  });

  it("forgets earlier counts", () => {
    const window = new HistogramWindow(10);
    for (let time = 0; time <= 100; time++) add(window, time, { a: of(time, time, time) });
    expect(window.counted).toEqual(of(10, 10, 10));
  });

  it("adds up processes, including later and restarted ones", () => {
    const window = new HistogramWindow(10);
    add(window, 0, { a: of(1, 1, 1), b: of(100, 100, 100) });
    add(window, 1, { a: of(2, 3, 3), b: of(7, 7, 8), c: of(50, 50, 50) });
    expect(window.counted).toEqual(of(1 + 7, 2 + 7, 2 + 8));
    add(window, 2, { a: of(2, 3, 3), b: of(7, 7, 8), c: of(51, 51, 51) });
    expect(window.counted).toEqual(of(1 + 7 + 1, 2 + 7 + 1, 2 + 8 + 1));
  });
});

it.each([
  [0.25, 0.5],
  [0.5, 1],
  [0.75, 1.5],
  [1, 2],
])("the quantile %d is interpolated within its bucket", (share, value) => {
  expect(quantileOf(of(2, 4, 4), share)).toBe(value);
});

it("a quantile beyond the last bound is that bound", () => {
  expect(quantileOf(of(0, 0, 9), 0.5)).toBe(2);
});
