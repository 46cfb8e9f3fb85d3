import { describe, expect, it } from "vitest";
import { unready } from "../cluster-state";
import { type PlannedTopic, planTopics, showTopic } from "./plan-topics";

const planned = (name: string, partitions = 1, replicationFactor = 1): PlannedTopic => ({
  name,
  partitions,
  replicationFactor,
  minInsyncReplicas: 1,
  config: {},
  internal: false,
});

describe("the plan for topics", () => {
  it("creates missing topics and keeps those that are as planned, in the order of the plan", () => {
    const [one, two] = [planned("device-1"), planned("device-2", 3)];
    expect(planTopics([one, two], [{ name: "device-2", partitions: 3, replicationFactor: 1 }], 3)).toEqual([
      { kind: "create", topic: one },
      { kind: "keep", topic: two, found: { name: "device-2", partitions: 3, replicationFactor: 1 } },
    ]);
    expect(planTopics([], [{ name: "other", partitions: 3, replicationFactor: 1 }], 3)).toEqual([]);
  });

  it("adds partitions", () => {
    const wider = planned("device-1", 3);
    expect(planTopics([wider], [{ name: "device-1", partitions: 1, replicationFactor: 1 }], 3)).toEqual([
      { kind: "grow", topic: wider, from: 1 },
    ]);
  });

  it("refuses fewer partitions than a topic has, with a remedy", () => {
    const [step] = planTopics(
      [planned("device-1", 1)],
      [{ name: "device-1", partitions: 3, replicationFactor: 1 }],
      3,
    );
    expect(step).toMatchObject({
      kind: "conflict",
      reason:
        'topic "device-1": exists with 3 partitions, planned 1; set partitions back to 3, or delete the topic with its messages',
    });
  });

  it.each([1, 3])("keeps the partitions of Kafka's internal topics, here %d", (partitions) => {
    const topic = { ...planned("__consumer_offsets", 2), internal: true };
    const found = { name: topic.name, partitions, replicationFactor: 1 };
    expect(planTopics([topic], [found], 3)).toEqual([{ kind: "keep", topic, found }]);
  });

  it("keeps a topic that has more or fewer replicas than planned", () => {
    const topic = planned("device-1", 1, 2);
    for (const replicationFactor of [1, 3]) {
      const found = { name: "device-1", partitions: 1, replicationFactor };
      expect(planTopics([topic], [found], 2)).toEqual([{ kind: "keep", topic, found }]);
    }
  });

  it("refuses more replicas than planned brokers", () => {
    const [step] = planTopics([planned("device-1", 1, 3)], [], 2);
    expect(step).toMatchObject({
      kind: "conflict",
      reason:
        'topic "device-1": replication factor 3 exceeds brokers (2); lower replicationFactor or add brokers',
    });
  });

  it("shows the size of a topic", () => {
    expect(showTopic(planned("device-1"))).toBe("1 partition, replication factor 1");
    expect(showTopic(planned("device-1", 3, 2))).toBe("3 partitions, replication factor 2");
  });
});

describe("topics that are not ready", () => {
  it("are reported with their problems", () => {
    const topic = (name: string, leaders: readonly number[]) => ({
      errorCode: 0,
      name,
      topicId: undefined,
      partitions: leaders
        .map((leader, partition) => ({ partition, leader, replicas: [1], inSyncReplicas: [1] }))
        .reverse(),
    });
    const gone = { ...topic("e", []), errorCode: 3 };
    expect(
      unready([planned("a", 3), planned("b", 3), planned("c", 3), planned("d", 3), planned("e", 3)], {
        clusterId: "c",
        brokers: [],
        controllerId: 1,
        topics: [
          topic("a", [1, 1, 1]),
          topic("b", [-1, 1, -1]),
          topic("c", [1, -1, 1]),
          topic("d", [1, 1]),
          gone,
        ],
      }),
    ).toEqual([
      'topic "b": no leader for partitions 0, 2',
      'topic "c": no leader for partition 1',
      'topic "d": only 2 of 3 partitions',
      'topic "e": does not exist',
    ]);
  });
});
