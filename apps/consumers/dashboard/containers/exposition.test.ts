import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { expect, it } from "vitest";
import { oddNames } from "../../../shared/testing/odd-names";
import { parseExposition, sumOf } from "./exposition";

it("parseExposition reads the text of prom-client", async () => {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: "plain_total", help: "x", registers }).inc(3);
  const gauge = new Gauge({ name: "lag", help: "x\ny", labelNames: ["topic", "partition"], registers });
  gauge.set({ topic: 'a"b\\c\nd,e="f"}', partition: "0" }, 1.5e-7);
  gauge.set({ topic: "plain", partition: "1" }, -2);
  new Histogram({ name: "seconds", help: "x", buckets: [0.1, 1], registers }).observe(0.5);
  const samples = parseExposition(await registry.metrics());
  expect(samples.get("plain_total")).toEqual([{ labels: {}, value: 3 }]);
  expect(samples.get("lag")).toEqual([
    { labels: { topic: 'a"b\\c\nd,e="f"}', partition: "0" }, value: 1.5e-7 },
    { labels: { topic: "plain", partition: "1" }, value: -2 },
  ]);
  expect(samples.get("seconds_bucket")).toEqual([
    { labels: { le: "0.1" }, value: 0 },
    { labels: { le: "1" }, value: 1 },
    { labels: { le: "+Inf" }, value: 1 },
  ]);
  expect(sumOf(samples, "seconds_sum")).toBe(0.5);
  expect(sumOf(samples, "lag")).toBeCloseTo(-2);
  expect(sumOf(samples, "none")).toBe(0);
  expect(sumOf(undefined, "lag")).toBe(0);
});

it("parseExposition keeps odd names in labels", async () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: "lag", help: "x", labelNames: ["topic"], registers: [registry] });
  for (const [index, topic] of oddNames.entries()) gauge.set({ topic }, index);
  expect(parseExposition(await registry.metrics()).get("lag")).toEqual(
    oddNames.map((topic, value) => ({ labels: { topic }, value })),
  );
});

it("parseExposition ignores unknown lines", () => {
  const samples = parseExposition("# HELP a b\n<html>\na 1 1395066363000\nb{} +Inf\n\nc x y z\nd -Inf");
  expect([...samples]).toEqual([
    ["a", [{ labels: {}, value: 1 }]],
    ["b", [{ labels: {}, value: Infinity }]],
    ["d", [{ labels: {}, value: -Infinity }]],
  ]);
});
