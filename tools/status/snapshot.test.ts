import { expect, it } from "vitest";
import { conditionOf } from "./snapshot";
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
