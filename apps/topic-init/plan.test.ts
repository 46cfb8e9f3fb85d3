import { describe, expect, it } from "vitest";
import type { TopicSettings } from "../shared/contract/topic-init";
import { unready } from "./init-topics";
import { planTopics, showTopic } from "./plan";

const planned = (name: string, partitions = 1, replicationFactor = 1): TopicSettings => ({
  name,
  partitions,
  replicationFactor,
  minInsyncReplicas: 1,
  config: {},
});

describe("topic plan", () => {
  it("creates what is missing and keeps what is as planned, in the plan's order", () => {
    const [one, two] = [planned("device-1"), planned("device-2", 3)];
    expect(planTopics([one, two], [{ name: "device-2", partitions: 3, replicationFactor: 1 }], 3)).toEqual([
      { kind: "create", topic: one },
      { kind: "keep", topic: two },
    ]);
    expect(planTopics([], [{ name: "other", partitions: 3, replicationFactor: 1 }], 3)).toEqual([]);
  });

  it.each([
    [1, 3, "exists with 1 partition, planned 3; set partitions back to 1"],
    [3, 1, "exists with 3 partitions, planned 1; set partitions back to 3"],
  ])("refuses %d partitions where %d are planned, with a remedy", (found, wanted, reason) => {
    const [step] = planTopics(
      [planned("device-1", wanted)],
      [{ name: "device-1", partitions: found, replicationFactor: 1 }],
      3,
    );
    expect(step).toMatchObject({
      kind: "conflict",
      reason: `topic "device-1": ${reason}, or delete the topic with its messages`,
    });
  });

  it("warns of another replication factor, and keeps the topic", () => {
    const [step] = planTopics(
      [planned("device-1", 1, 3)],
      [{ name: "device-1", partitions: 1, replicationFactor: 1 }],
      3,
    );
    expect(step).toMatchObject({
      kind: "keep",
      warning: 'topic "device-1": exists with replication factor 1, planned 3; it stays as it is',
    });
  });

  it("refuses to go on with more copies than there are to be brokers", () => {
    const [step] = planTopics(
      [planned("device-1")],
      [{ name: "device-1", partitions: 1, replicationFactor: 3 }],
      2,
    );
    expect(step).toMatchObject({
      kind: "conflict",
      reason:
        'topic "device-1": exists with 3 copies, more than brokers (2); set brokers back to at least 3, or delete the topic with its messages',
    });
  });

  it("shows a topic's measures", () => {
    expect(showTopic(planned("device-1"))).toBe("1 partition, replication factor 1");
    expect(showTopic(planned("device-1", 3, 2))).toBe("3 partitions, replication factor 2");
  });
});

describe("topics that are not ready", () => {
  it("are named with what they lack", () => {
    const state = { partitions: 3, replicationFactor: 1 };
    expect(
      unready(
        [planned("a", 3), planned("b", 3), planned("c", 3), planned("d", 3), planned("e", 3)],
        [
          { ...state, name: "a", leaderless: [] },
          { ...state, name: "b", leaderless: [0, 2] },
          { ...state, name: "c", leaderless: [1] },
          { ...state, name: "d", leaderless: [], partitions: 2 },
        ],
      ),
    ).toEqual([
      'topic "b": no leader for partitions 0, 2',
      'topic "c": no leader for partition 1',
      'topic "d": only 2 of 3 partitions',
      'topic "e": not there',
    ]);
  });
});
