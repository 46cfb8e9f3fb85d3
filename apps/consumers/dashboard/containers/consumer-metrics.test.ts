import { describe, expect, it } from "vitest";
import { ConsumerMetrics } from "./consumer-metrics";

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
