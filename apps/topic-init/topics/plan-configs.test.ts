import { describe, expect, it } from "vitest";
import type { TopicConfigEntry } from "../../shared/kafka";
import {
  configNamesFor,
  planConfigs,
  planForeignMinimums,
  showConfigChange,
  type WantedConfigs,
} from "./plan-configs";

const override = (value: string): TopicConfigEntry => ({ value, isOverride: true });
const brokersDefault = (value: string): TopicConfigEntry => ({ value, isOverride: false });
const wanted = (minInsyncReplicas: number, config: Record<string, string> = {}): WantedConfigs => ({
  topic: "t",
  minInsyncReplicas,
  config,
});
const found = (entries: Record<string, TopicConfigEntry>) =>
  new Map([["t", new Map(Object.entries(entries))]]);
const change = (...changes: [string, string | undefined][]) => [{ topic: "t", changes: new Map(changes) }];

describe("the configs of a topic", () => {
  it("stay unchanged if they are as planned, including those that are not managed", () => {
    const current = found({
      "min.insync.replicas": override("2"),
      "retention.ms": override("1000"),
      "segment.ms": brokersDefault("604800000"),
      "cleanup.policy": override("compact"),
    });
    expect(planConfigs([wanted(2, { "retention.ms": "1000" })], current)).toEqual({ before: [], after: [] });
  });

  it("are set if they differ, and if only the brokers' default is the same", () => {
    const current = found({
      "min.insync.replicas": override("1"),
      "retention.ms": override("1000"),
      "segment.ms": brokersDefault("5"),
    });
    const { before } = planConfigs([wanted(1, { "retention.ms": "2000", "segment.ms": "5" })], current);
    expect(before).toEqual(change(["retention.ms", "2000"], ["segment.ms", "5"]));
  });

  it("return to the brokers' default if they are managed and no longer planned", () => {
    const current = found({
      "min.insync.replicas": override("1"),
      "max.message.bytes": override("10"),
      "flush.ms": override("1"),
    });
    expect(planConfigs([wanted(1)], current).before).toEqual(change(["max.message.bytes", undefined]));
  });

  it("raise min.insync.replicas only after replicas are added", () => {
    const current = found({ "min.insync.replicas": override("1") });
    expect(planConfigs([wanted(2, { "retention.ms": "1" })], current)).toEqual({
      before: change(["retention.ms", "1"]),
      after: change(["min.insync.replicas", "2"]),
    });
  });

  it("lower min.insync.replicas before replicas are removed", () => {
    const current = found({ "min.insync.replicas": override("2") });
    expect(planConfigs([wanted(1)], current)).toEqual({
      before: change(["min.insync.replicas", "1"]),
      after: [],
    });
  });

  it("set min.insync.replicas even if the brokers' default is the same: that may change", () => {
    const current = found({ "min.insync.replicas": brokersDefault("2") });
    expect(planConfigs([wanted(2)], current).before).toEqual(change(["min.insync.replicas", "2"]));
  });

  it("are read under all names that matter", () => {
    expect(configNamesFor([wanted(1, { "cleanup.policy": "compact" })])).toEqual([
      "cleanup.policy",
      "max.message.bytes",
      "min.insync.replicas",
      "retention.bytes",
      "retention.ms",
      "segment.bytes",
      "segment.ms",
    ]);
  });

  it("of a topic of others require no more replicas than it will have", () => {
    const minimums = found({ "min.insync.replicas": override("2") });
    expect(planForeignMinimums(new Map([["t", 1]]), minimums)).toEqual(change(["min.insync.replicas", "1"]));
    expect(planForeignMinimums(new Map([["t", 2]]), minimums)).toEqual([]);
    const inherited = found({ "min.insync.replicas": brokersDefault("2") });
    expect(planForeignMinimums(new Map([["t", 1]]), inherited)).toEqual([]);
  });

  it("are shown with their new values", () => {
    const [shown] = change(["retention.ms", "1"], ["segment.ms", undefined]);
    expect(showConfigChange(shown!)).toBe("retention.ms=1, segment.ms back to the brokers' default");
  });
});
