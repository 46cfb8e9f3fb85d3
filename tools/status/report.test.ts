import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { coloursFor } from "../../apps/shared/colours";
import type { LakeSummary } from "../../contract/frames/frames";
import { describeStatus, statusJson, summarize } from "./report";
import { container, node, nowMs, snapshotWith } from "./testing/snapshots";

const plain = coloursFor(false);
const lines = (...changes: Parameters<typeof snapshotWith>) =>
  describeStatus(snapshotWith(...changes), plain);
const facts = (label: string, ...changes: Parameters<typeof snapshotWith>) => {
  const all = lines(...changes);
  const first = all.findIndex((line) => line.startsWith(label.padEnd(12)));
  const next = all.findIndex((line, index) => index > first && !line.startsWith(" "));
  return all.slice(first, next === -1 ? undefined : next).map((line) => line.slice(12));
};

describe("the report", () => {
  it("shows a healthy stack", () => {
    expect(lines()).toEqual([
      "stack dev: all is well                                   2026-11-23 21:05:12 UTC",
      "",
      "zookeeper   1 of 1        zookeeper-1",
      "broker      1 of 1        broker-1",
      "topic-init  1 of 1        topic-init",
      "device      3 of 3        device-1, device-2, device-3",
      "consumer    4 of 4        console, dashboard, lake, lake-2",
      "",
      "messages    9/s of 3 devices, 9 sensors, seen after 12 ms (99 %: 40 ms)",
      "topics      3 with 3 partitions, 5,724 messages, all in sync",
      "consumers   console: reads 9/s, lag 0",
      "            lake (2 replicas): reads 9/s, lag 24",
      "lake        5,700 rows of 11 minutes, 9/s, 3 dead letters",
      "            19 files, 143.9 kB; version 91, 4.8 s ago",
      "freshness   5.1 s (90 %: 9 s, 99 %: 10 s)",
      "proof       nothing is missing or repeated",
      "            5,724 messages: 5,700 rows, 3 dead letters, 21 on the way",
    ]);
  });

  it("begins with problems, and counts those that do not fit", () => {
    const containers = Array.from({ length: 1_000 }, (_, index) =>
      container(`device-${index + 1}`, "device", index < 20 ? "Exited (1) 5 seconds ago" : undefined),
    );
    const [headline, ...rest] = lines({ containers });
    expect(headline).toBe("stack dev: 20 things not well                            2026-11-23 21:05:12 UTC");
    expect(rest.slice(0, 9)).toEqual([
      ...Array.from({ length: 8 }, (_, index) => `  device-${index + 1}: Exited (1) 5 seconds ago`),
      "  and 12 more",
    ]);
    expect(rest[10]).toBe("device      980 of 1000   device-1 to device-1000");
  });

  it("fits a terminal of 80 columns with any names and reasons, and escapes control characters", () => {
    const long = `broker-1\u001b[2J${"x".repeat(200)}`;
    const all = lines({
      containers: [container(long, "broker", "Exited (1)"), container(long, "consumer")],
      overview: {
        consumers: [
          { ...node(long, "sick", long), type: "lake", group: "g", messagesPerSecond: null, lag: null },
        ],
      },
    });
    expect(all.filter((line) => line.length > 80)).toEqual([]);
    expect(all.join("")).not.toContain("\u001b");
    expect(summarize(snapshotWith({ containers: [container(long, "broker", "Exited (1)")] }))).toHaveLength(
      80,
    );
  });

  it("has the same text with colours", () => {
    const snapshot = snapshotWith({ totals: { leaderless: 1 } });
    const coloured = describeStatus(snapshot, coloursFor(true));
    expect(coloured.join()).toContain("\u001b[31m");
    expect(coloured.map(stripVTControlCharacters)).toEqual(describeStatus(snapshot, plain));
  });

  it("uses the singular for one", () => {
    const totals = { devices: 1, sensors: 1, topics: 1, partitions: 1, messages: 1, messagesPerSecond: 1 };
    const lake = { ...snapshotWith().state?.overview.lake, rows: 1, files: 1, deadLetters: 1 } as LakeSummary;
    const one = { totals, overview: { lake } };
    expect(facts("messages", one)[0]).toMatch(/^1\/s of 1 device, 1 sensor,/);
    expect(facts("topics", one)).toEqual(["1 with 1 partition, 1 message, all in sync"]);
    expect(facts("lake", one)).toEqual([
      "1 row of 11 minutes, 9/s, 1 dead letter",
      "1 file, 143.9 kB; version 91, 4.8 s ago",
    ]);
    expect(facts("proof", { conservation: { inTopic: 1, inTable: 1, deadLetters: 0 } })[1]).toBe(
      "1 message: 1 row, 0 dead letters",
    );
  });

  it("says what is unknown, and what does not exist", () => {
    const overview = {
      consumers: [{ ...node("lake"), type: "lake", group: "g", messagesPerSecond: null, lag: null }],
      lake: null,
    };
    expect(facts("consumers", { overview })).toEqual(["lake: reads unknown/s, lag unknown"]);
    expect(facts("lake", { overview })).toEqual(["there is no table yet"]);
    expect(facts("messages", { totals: { latencyMs: null } })).toEqual(["9/s of 3 devices, 9 sensors"]);
    expect(facts("topics", { totals: { leaderless: 1, underReplicated: 2 } })).toEqual([
      "3 with 3 partitions, 5,724 messages, 2 not in sync, 1 leaderless",
    ]);
    expect(facts("topics", { totals: { partitions: 0, messages: 0 } })).toEqual([
      "3 with 0 partitions, 0 messages, not all known",
    ]);
  });

  it.each([
    [{ topicsRead: 0.437 }, "still reading earlier messages and rows: 43 %"],
    [{ tableRead: 0.999 }, "still reading earlier messages and rows: 99 %"],
    [{ topicsRead: 0.437, missing: 1 }, "1 missing"],
    [{ tableProblem: "damaged", tableRead: 0 }, "the topics have everything; the table cannot be compared"],
    [{ produced: 0, inTopic: 0, inTable: 0 }, "nothing has been sent yet"],
    [{ unproved: [{ what: "lake has not read device-1/0" }] }, "not proved: lake has not read device-1/0"],
  ])("has the verdict for %j", (conservation, words) => {
    expect(facts("proof", { conservation })[0]).toBe(words);
  });

  it("claims neither a proof nor that all is well while something is not read", () => {
    const sinceMs = Date.parse("2026-11-23T21:04:10Z");
    const lake = { what: "lake has not read device-1/0", sinceMs, reason: "the volume is full" };
    const stalled = { conservation: { unproved: [lake] } };
    const line = "not proved: lake has not read device-1/0 since 21:04:10 UTC";
    expect(lines(stalled).slice(0, 2)).toEqual([
      "stack dev: 1 thing not well                              2026-11-23 21:05:12 UTC",
      `  ${line} (the volume is fu…`,
    ]);
    expect(facts("proof", stalled)[0]).toBe(line);
    expect(summarize(snapshotWith(stalled))).toContain("1 trouble: not prove");
    expect(JSON.parse(statusJson(snapshotWith(stalled)))).toMatchObject({
      healthy: false,
      troubles: [`${line} (the volume is full)`],
      proof: { level: "unproved", text: `Not proved: ${line.slice(12)}`, detail: "the volume is full" },
    });
  });

  it("does not call a stack well while it is being read", () => {
    const busy = { conservation: { topicsRead: 0.4 } };
    expect(lines(busy)[0]).toMatch(/^stack dev: no trouble so far, nothing proved yet {2,}/);
    expect(summarize(snapshotWith(busy))).toMatch(/rows {2}not proved yet$/);
    expect(JSON.parse(statusJson(snapshotWith(busy)))).toMatchObject({ proof: { level: "busy" } });
  });

  it("ends with the containers if nothing else is known", () => {
    const snapshot = { ...snapshotWith(), state: undefined, stateProblem: "it does not answer" };
    expect(describeStatus(snapshot, plain).slice(0, 3)).toEqual([
      "stack dev: 1 thing not well                              2026-11-23 21:05:12 UTC",
      "  nothing is known about brokers, topics and the table: it does not answer",
      "",
    ]);
    expect(describeStatus(snapshot, plain).at(-1)).toBe(
      "consumer    4 of 4        console, dashboard, lake, lake-2",
    );
  });
});

describe("the summary", () => {
  it("is one line", () => {
    expect(summarize(snapshotWith())).toBe("2026-11-23 21:05:12 UTC  9 messages/s  lag 24  5,700 rows  well");
    expect(summarize(snapshotWith({ totals: { leaderless: 1 } }))).toBe(
      "2026-11-23 21:05:12 UTC  9 messages/s  lag 24  5,700 rows  1 trouble: 1 partiti…",
    );
  });
});

describe("the report for programs", () => {
  it("is one line with everything", () => {
    const snapshot = snapshotWith({ totals: { leaderless: 1 } });
    const json = statusJson(snapshot);
    expect(json).not.toContain("\n");
    expect(JSON.parse(json)).toEqual({
      stack: "dev",
      nowMs,
      healthy: false,
      troubles: ["1 partition without a leader"],
      proof: {
        level: "good",
        text: "Nothing is missing or repeated",
        detail: "21 messages are on the way to the table",
      },
      containers: snapshot.containers.map((each) => ({ ...each, condition: "healthy" })),
      state: JSON.parse(JSON.stringify(snapshot.state)) as unknown,
    });
    expect(
      JSON.parse(statusJson({ ...snapshotWith(), state: undefined, stateProblem: "gone" })),
    ).toMatchObject({
      healthy: false,
      proof: null,
      state: null,
      stateProblem: "gone",
    });
    expect(JSON.parse(statusJson(snapshotWith()))).toMatchObject({ healthy: true, troubles: [] });
  });
});

it("the report counts rows of messages that the topics do not have any more", () => {
  const lines = describeStatus(
    snapshotWith({ conservation: { inTopic: 9_699, inTable: 9_770, deadLetters: 7 } }),
    coloursFor(false),
  );
  expect(lines.find((line) => line.includes("messages:"))).toBe(
    "            9,699 messages: 9,770 rows, 7 dead letters, 78 no longer in topics",
  );
});
