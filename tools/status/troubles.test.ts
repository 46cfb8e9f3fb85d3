import { describe, expect, it } from "vitest";
import { container, node, nowMs, snapshotWith } from "./testing/snapshots";
import { troublesOf } from "./troubles";

const troubles = (...changes: Parameters<typeof snapshotWith>) => troublesOf(snapshotWith(...changes));

describe("troubles", () => {
  it("are empty for a healthy stack", () => {
    expect(troubles()).toEqual([]);
  });

  it("are the problems that Docker reports, and those that the dashboard finds in other parts", () => {
    const containers = [
      container("broker-1", "broker", "Exited (137) 5 seconds ago"),
      container("lake", "consumer"),
    ];
    const overview = {
      coordinators: [node("zookeeper-1", "unreachable", "connect ECONNREFUSED")],
      brokers: [
        {
          ...node("broker-1", "unreachable"),
          id: 1,
          leads: 0,
          inSync: 0,
          replicas: 3,
          messagesPerSecond: 0,
        },
      ],
      consumers: [
        {
          ...node("lake", "sick", "no commit for 40 s"),
          type: "lake",
          group: "g",
          messagesPerSecond: 0,
          lag: 1,
        },
      ],
    };
    expect(troubles({ containers, overview })).toEqual([
      "broker-1: Exited (137) 5 seconds ago",
      "zookeeper-1: cannot be reached: connect ECONNREFUSED",
      "lake: is unhealthy: no commit for 40 s",
    ]);
  });

  it("include containers of devices that are not shown", () => {
    const shown = [{ ...node("device-1", "unknown"), devices: 1, messagesPerSecond: 0 }];
    const byCondition = { healthy: 1, sick: 2, unreachable: 40, unknown: 1 };
    const overview = { deviceContainers: { total: 44, byCondition, shown } };
    expect(troubles({ overview })).toEqual(["device-1: not checked yet", "42 more containers of devices"]);
    // Docker has reported all of them.
    const containers = Array.from({ length: 43 }, (_, index) =>
      container(`device-${index + 1}`, "device", "Exited (1) 1 second ago"),
    );
    expect(troubles({ containers, overview })).toHaveLength(43);
  });

  it("include partitions without a leader or out of sync", () => {
    expect(troubles({ totals: { leaderless: 1, underReplicated: 2_000 } })).toEqual([
      "1 partition without a leader",
      "2,000 partitions with replicas out of sync",
    ]);
  });

  it("include gaps, and a table that cannot be read", () => {
    expect(troubles({ conservation: { missing: 2, repeated: 1 }, gapCount: 2 })).toEqual([
      "2 missing and 1 repeated without a declared fault: npm run verify lists them",
    ]);
    const conservation = { tableProblem: "no such file" };
    expect(troubles({ conservation })).toEqual(["the table cannot be read: no such file"]);
    expect(troubles({ conservation, overview: { lake: null } })).toEqual([]);
  });

  it("include containers that have just restarted, whatever they report", () => {
    const restarts = [{ name: "lake", count: 2, startedMs: nowMs - 2_000 }];
    expect(troubles({ restarts })).toEqual([
      "lake: has stopped and was restarted 2 times, the last time 2 s ago",
    ]);
  });

  it("include reasons why nothing is proved, unless they are reported already", () => {
    const unproved = [
      { what: "the table cannot be read", reason: "no such file" },
      { what: "device-1/0 has no leader" },
    ];
    expect(troubles({ conservation: { unproved, tableProblem: "no such file" } })).toEqual([
      "the table cannot be read: no such file",
      "not proved: device-1/0 has no leader",
    ]);
    expect(troubles({ conservation: { unproved } })).toEqual([
      "not proved: the table cannot be read (no such file)",
      "not proved: device-1/0 has no leader",
    ]);
  });

  it("say that only containers are known", () => {
    expect(troublesOf({ ...snapshotWith(), state: undefined, stateProblem: "it does not answer" })).toEqual([
      "nothing is known about brokers, topics and the table: it does not answer",
    ]);
  });
});
