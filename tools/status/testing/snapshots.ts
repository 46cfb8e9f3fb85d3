import type {
  ReconciliationTotals,
  NodeFrame,
  OverviewFrame,
  StateFrame,
} from "../../../contract/frames/frames";
import { completeTotals } from "../../../contract/frames/testing/totals";
import type { Container } from "../../setup/containers.mjs";
import type { Restarts, Snapshot } from "../snapshot";

export const nowMs = Date.parse("2026-11-23T21:05:12Z");

export const container = (name: string, role: string, status = "Up 5 minutes (healthy)"): Container => ({
  name,
  role,
  status,
});

export const node = (
  name: string,
  condition: NodeFrame["condition"] = "healthy",
  reason?: string,
): NodeFrame => ({
  name,
  condition,
  sinceMs: nowMs - 60_000,
  ...(reason !== undefined && { reason }),
});

const conservation = { ...completeTotals(5_724), inTable: 5_700, deadLetters: 3 };

const overview: OverviewFrame = {
  stack: "dev",
  nowMs,
  coordination: "zookeeper",
  coordinators: [node("zookeeper-1")],
  brokers: [{ ...node("broker-1"), id: 1, leads: 3, inSync: 3, replicas: 3, messagesPerSecond: 9 }],
  deviceContainers: {
    total: 3,
    byCondition: { healthy: 3, sick: 0, unreachable: 0, unknown: 0 },
    shown: ["device-1", "device-2", "device-3"].map((name) => ({
      ...node(name),
      devices: 1,
      messagesPerSecond: 3,
    })),
  },
  consumers: [
    { ...node("console"), type: "console", group: "g-console", messagesPerSecond: 9, lag: 0 },
    { ...node("lake"), type: "lake", group: "g-lake", messagesPerSecond: 5, lag: 24 },
    { ...node("lake-2"), type: "lake", group: "g-lake", messagesPerSecond: 4, lag: 24 },
    { ...node("dashboard"), type: "dashboard", group: undefined, messagesPerSecond: null, lag: null },
  ],
  totals: {
    devices: 3,
    sensors: 9,
    topics: 3,
    partitions: 3,
    underReplicated: 0,
    leaderless: 0,
    messages: 5_724,
    messagesPerSecond: 9,
    latencyMs: { p50: 12, p99: 40 },
  },
  lake: {
    version: 91,
    rows: 5_700,
    files: 19,
    bytes: 143_900,
    deadLetters: 3,
    committedMs: nowMs - 4_800,
    rowsPerSecond: 9,
    freshnessMs: { p50: 5_100, p90: 9_000, p99: 10_000 },
  },
  conservation,
};

const state: StateFrame = {
  overview,
  lake: { summary: overview.lake, commits: [], minutes: [], minuteCount: 11 },
  gaps: [],
  gapCount: 0,
};

const containers = [
  container("zookeeper-1", "zookeeper"),
  container("broker-1", "broker"),
  container("topic-init", "topic-init", "Exited (0) 5 minutes ago"),
  ...["device-1", "device-2", "device-3"].map((name) => container(name, "device")),
  ...["console", "dashboard", "lake", "lake-2"].map((name) => container(name, "consumer")),
];

/** A stack that is well, with differences. */
export function snapshotWith(
  changes: {
    readonly containers?: readonly Container[];
    readonly restarts?: readonly Restarts[];
    readonly overview?: Partial<OverviewFrame>;
    readonly totals?: Partial<OverviewFrame["totals"]>;
    readonly conservation?: Partial<ReconciliationTotals>;
    readonly gapCount?: number;
  } = {},
): Snapshot {
  return {
    stack: "dev",
    nowMs,
    containers: changes.containers ?? containers,
    restarts: changes.restarts ?? [],
    state: {
      ...state,
      gapCount: changes.gapCount ?? 0,
      overview: {
        ...overview,
        totals: { ...overview.totals, ...changes.totals },
        conservation: { ...conservation, ...changes.conservation },
        ...changes.overview,
      },
    },
  };
}
