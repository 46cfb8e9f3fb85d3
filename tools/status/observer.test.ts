import { expect, it } from "vitest";
import { DashboardEnvironment } from "../../contract/environment/dashboard";
import { parseEnvironment } from "../../contract/environment/variables";
import { parseStackConfig } from "../../infra/config/parse";
import { noFiles } from "../../infra/testing/config";
import { planStack } from "../../infra/plan/stack";
import { dockerAddresses } from "../../infra/targets/docker/names";
import { node, snapshotWith } from "./testing/snapshots";
import { isSettled, observerArguments, observerName } from "./observer";

it("observerArguments start a dashboard without a port and without write access", () => {
  const spec = parseStackConfig("dev", { devices: 1, consumers: [{ type: "lake" }] }, noFiles);
  const name = observerName("dev", 7);
  const args = observerArguments(spec, planStack(spec, dockerAddresses), "sha256:image", name);
  const variables = args.filter((_, index) => args[index - 1] === "--env");
  expect(args.filter((each, index) => each !== "--env" && args[index - 1] !== "--env")).toEqual([
    "run",
    "--rm",
    "--init",
    "--name",
    "kafka-iot-sim-dev-status-7",
    "--network",
    "kafka-iot-sim-dev-network",
    "--user",
    "node",
    "--read-only",
    "--tmpfs",
    "/tmp:rw,noexec,nosuid,size=16m",
    "--cap-drop",
    "ALL",
    "--security-opt",
    "no-new-privileges:true",
    "--log-driver",
    "none",
    "--memory",
    "256m",
    "--memory-swap",
    "256m",
    "--volume",
    "kafka-iot-sim-dev-lake:/app/delta_lake:ro",
    "sha256:image",
    "node",
    "/app/dashboard.js",
  ]);
  const environment = Object.fromEntries(
    variables.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  expect(parseEnvironment(DashboardEnvironment, environment)).toMatchObject({
    CONSUMER_TOPICS: ["device-1"],
    DASHBOARD_PRINTS: true,
    KAFKA_BOOTSTRAP_SERVERS: ["kafka:29092"],
    // The observer itself is no part of the stack.
    DASHBOARD_STACK: { consumers: [{ name: "lake", type: "lake", group: "kafka-iot-sim-lake" }] },
  });
});

it("isSettled is true once containers, topics and groups are known", () => {
  const settled = (...changes: Parameters<typeof snapshotWith>) => {
    const { state } = snapshotWith(...changes);
    return state !== undefined && isSettled(state);
  };
  const lake = { type: "lake", group: "g", messagesPerSecond: 0 };
  expect(settled()).toBe(true);
  expect(settled({ totals: { partitions: 2 } })).toBe(false);
  expect(settled({ conservation: { waitingFor: "Looking for the table" } })).toBe(false);
  expect(settled({ conservation: { topicsRead: 0.9 } })).toBe(false);
  expect(settled({ conservation: { tableRead: 0.9 } })).toBe(false);
  expect(settled({ overview: { coordinators: [node("zookeeper-1", "unknown")] } })).toBe(false);
  expect(settled({ overview: { coordinators: [node("zookeeper-1", "unreachable")] } })).toBe(true);
  expect(settled({ overview: { consumers: [{ ...node("lake"), ...lake, lag: null }] } })).toBe(false);
});
