import type {
  Condition,
  ConsumerFrame,
  NodeFrame,
  OverviewFrame,
} from "../../../../../../contract/frames/frames";
import { completeTotals } from "../../../../../../contract/frames/testing/totals";

/** A node in a condition, for tests. */
export function nodeFrame(name: string, condition: Condition = "healthy", reason?: string): NodeFrame {
  return { name, condition, sinceMs: 0, ...(reason !== undefined && { reason }) };
}

export function brokerFrame(id: number, condition: Condition = "healthy"): OverviewFrame["brokers"][number] {
  const counts = { leads: 1, inSync: 1, replicas: 1, messagesPerSecond: 3 };
  return { ...nodeFrame(`broker-${id}`, condition), id, ...counts };
}

export function consumerFrame(name: string, type: string, condition: Condition = "healthy"): ConsumerFrame {
  return { ...nodeFrame(name, condition), type, group: name, messagesPerSecond: 9, lag: 4 };
}

/** Containers of one device each; conditions by their numbers, from 1. */
export function deviceContainers(
  total: number,
  conditions: Readonly<Record<number, Condition>> = {},
): OverviewFrame["deviceContainers"] {
  const all = Array.from({ length: total }, (_, index) => ({
    ...nodeFrame(`device-${index + 1}`, conditions[index + 1]),
    devices: 1,
    messagesPerSecond: 3,
  }));
  const byCondition = { healthy: 0, sick: 0, unreachable: 0, unknown: 0 };
  for (const { condition } of all) byCondition[condition]++;
  const shown = all.sort(
    (one, other) => Number(one.condition === "healthy") - Number(other.condition === "healthy"),
  );
  return { total, byCondition, shown: shown.slice(0, 12) };
}

/** A small healthy stack. */
export const healthyOverview: OverviewFrame = {
  stack: "dev",
  nowMs: 0,
  coordination: "zookeeper",
  coordinators: [nodeFrame("zookeeper-1")],
  brokers: [brokerFrame(1)],
  deviceContainers: deviceContainers(3),
  consumers: [consumerFrame("console", "console"), consumerFrame("lake", "lake")],
  totals: {
    devices: 3,
    sensors: 9,
    topics: 3,
    partitions: 3,
    underReplicated: 0,
    leaderless: 0,
    messages: 100,
    messagesPerSecond: 9,
    latencyMs: null,
  },
  lake: null,
  conservation: completeTotals(100),
};
