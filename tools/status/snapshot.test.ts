import { expect, it } from "vitest";
import { conditionOf, parseRestarts, restartTroubles } from "./snapshot";
import { container } from "./testing/snapshots";

it.each([
  ["device", "Up 5 seconds (healthy)", "healthy"],
  ["device", "Up 5 seconds (health: starting)", "starting"],
  ["device", "Up 5 seconds (unhealthy)", "bad"],
  ["device", "Up 5 seconds (Paused)", "bad"],
  ["device", "Up 5 seconds", "bad"],
  ["device", "Exited (0) 5 seconds ago", "bad"],
  ["device", "Restarting (1) 2 seconds ago", "bad"],
  ["device", "Created", "bad"],
  ["topic-init", "Exited (0) 5 seconds ago", "healthy"],
  ["broker-sync", "Exited (0) 5 seconds ago", "healthy"],
  ["topic-init", "Exited (1) 5 seconds ago", "bad"],
  ["topic-init", "Up 5 seconds", "starting"],
])("a %s with %j is %s", (role, status, condition) => {
  expect(conditionOf(container("x", role, status))).toBe(condition);
});

const nowMs = Date.parse("2026-11-23T21:05:12Z");

it("parseRestarts reads the engine's output for this stack only", () => {
  const lines = [
    "/kafka-iot-sim-dev-lake\t7\t2026-11-23T21:05:09.123456789Z",
    "/kafka-iot-sim-dev-console\t0\t2026-11-23T20:00:00Z",
    "/elsewhere\t3\t2026-11-23T20:00:00Z",
    "/kafka-iot-sim-dev-odd\t3\tnever",
    "",
  ];
  expect(parseRestarts(lines.join("\n"), "kafka-iot-sim-dev-")).toEqual([
    { name: "lake", count: 7, startedMs: Date.parse("2026-11-23T21:05:09.123Z") },
    { name: "console", count: 0, startedMs: Date.parse("2026-11-23T20:00:00Z") },
  ]);
});

it("restartTroubles reports containers that have just restarted", () => {
  const at = (name: string, count: number, secondsAgo: number) => ({
    name,
    count,
    startedMs: nowMs - secondsAgo * 1_000,
  });
  expect(
    restartTroubles(
      [at("lake", 7, 3), at("lake-2", 1, 29), at("console", 3, 30), at("dashboard", 0, 1)],
      nowMs,
    ),
  ).toEqual([
    "lake: has stopped and was restarted 7 times, the last time 3 s ago",
    "lake-2: has stopped and was restarted once, the last time 29 s ago",
  ]);
});
