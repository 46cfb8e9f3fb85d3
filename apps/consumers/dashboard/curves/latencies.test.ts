import { expect, it } from "vitest";
import { Latencies } from "./latencies";

it("gives quantiles of the last ten seconds", () => {
  const latencies = new Latencies();
  expect(latencies.quantiles(0, 0.5)).toBeUndefined();
  latencies.add(0, 1_000_000);
  for (let at = 1; at <= 100; at++) latencies.add(5_000, 101 - at);
  expect(latencies.quantiles(12_000, 0, 0.5, 0.99, 1)).toEqual([1, 50, 99, 100]);
  expect(latencies.quantiles(15_001, 0.5)).toBeUndefined();
});

it("goes by the newest where there are very many", () => {
  const latencies = new Latencies();
  for (let at = 0; at < 10_000; at++) latencies.add(0, at < 9_000 ? 5 : 7);
  expect(latencies.quantiles(0, 0.5, 0.9)).toEqual([5, 7]);
});
