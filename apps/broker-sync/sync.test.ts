import { describe, expect, it } from "vitest";
import type { ClusterDescription } from "../shared/kafka";
import { isInSync, showMissing, syncStateOf } from "./sync";

type Replicas = readonly [replicas: readonly number[], inSync: readonly number[]];

const view = (brokers: readonly number[], ...partitions: Replicas[]): ClusterDescription => ({
  clusterId: "c",
  controllerId: 1,
  brokers: brokers.map((nodeId) => ({ nodeId, host: "h", port: 1 })),
  topics: [
    {
      errorCode: 0,
      name: "t",
      topicId: undefined,
      partitions: partitions.map(([replicas, inSyncReplicas], partition) => {
        return { partition, leader: 1, replicas, inSyncReplicas };
      }),
    },
  ],
});

describe("a broker", () => {
  it("is in sync when all partitions of the cluster are, and it is registered", () => {
    const state = syncStateOf(2, 3, [
      view(
        [1, 2],
        [
          [1, 2],
          [2, 1],
        ],
        [[2], [2]],
        [[1], [1]],
      ),
    ]);
    expect(state).toEqual({ registered: true, kept: 2, behind: [] });
    expect(isInSync(state)).toBe(true);
  });

  it.each([
    ["it is not registered", [view([1], [[1], [1]])], "broker 2 is not registered"],
    ["nobody answers", [], "broker 2 is not registered"],
    ["it lags behind", [view([1, 2], [[1, 2], [1]])], "1 partition is not in sync: t/0"],
    ["another lags behind", [view([1, 2, 3], [[1, 3], [1]])], "1 partition is not in sync: t/0"],
    [
      "one of the brokers says so",
      [
        view(
          [1, 2],
          [
            [1, 2],
            [1, 2],
          ],
        ),
        view([1, 2], [[1, 2], [1]]),
      ],
      "1 partition is not in sync: t/0",
    ],
    [
      "one of the brokers does not know of it",
      [
        view(
          [1, 2],
          [
            [1, 2],
            [1, 2],
          ],
        ),
        view(
          [1],
          [
            [1, 2],
            [1, 2],
          ],
        ),
      ],
      "broker 2 is not registered",
    ],
  ])("is not when %s", (_when, views, missing) => {
    const state = syncStateOf(2, 3, views);
    expect(isInSync(state)).toBe(false);
    expect(showMissing(2, state)).toBe(missing);
  });

  it("has many partitions shown in part", () => {
    const lagging = Array.from({ length: 7 }, (): Replicas => [[1, 2], [1]]);
    expect(showMissing(2, syncStateOf(2, 3, [view([1, 2], ...lagging)]))).toBe(
      "7 partitions are not in sync: t/0, t/1, t/2, t/3, t/4, … (2 more)",
    );
  });

  it("does not wait for copies on brokers that are not planned, but for all others of the same partition", () => {
    const onThird = view([1, 2], [[1, 3], [1]], [[3, 2], [2]]);
    expect(syncStateOf(2, 2, [onThird]).behind).toEqual([]);
    expect(syncStateOf(2, 3, [onThird]).behind).toEqual(["t/0", "t/1"]);
    expect(syncStateOf(2, 2, [view([1, 2], [[1, 2, 3], [1]])]).behind).toEqual(["t/0"]);
  });

  it("does not wait for topics that are being deleted", () => {
    const deleted = view([1, 2], [[1, 2], []]);
    const topics = deleted.topics.map((topic) => ({ ...topic, errorCode: 3 }));
    expect(isInSync(syncStateOf(2, 3, [{ ...deleted, topics }]))).toBe(true);
  });
});
