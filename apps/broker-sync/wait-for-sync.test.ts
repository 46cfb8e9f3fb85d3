import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ClusterDescription, KafkaError } from "../shared/kafka";
import { createLogger } from "../shared/logger";
import { isInSync, showMissing, syncStateOf, waitForSync } from "./wait-for-sync";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const logger = createLogger({ app: "test", format: "pretty", write: () => {} });
const waiting = { signal: new AbortController().signal, timeoutMs: 5000 };
const connectionError = () => new KafkaError("CONNECTION_FAILED", "connect ECONNREFUSED");

/** A cluster of brokers 1 to 3, where broker 2 is behind with some of ten partitions. */
const view = (lacking: number): ClusterDescription => ({
  clusterId: "c",
  controllerId: 1,
  brokers: [3, 1, 2].map((nodeId) => ({ nodeId, host: "h", port: 1 })),
  topics: [
    {
      errorCode: 0,
      name: "t",
      topicId: undefined,
      partitions: Array.from({ length: 10 }, (_, partition) => {
        const inSyncReplicas = partition < lacking ? [1] : [1, 2];
        return { partition, leader: 1, replicas: [1, 2], inSyncReplicas };
      }),
    },
  ],
});

/** The outcome of a wait for broker 2 of 3, with the given answers of the brokers. */
async function outcomeOf(
  describe: () => Promise<ClusterDescription>,
  describeBy: (id: number) => Promise<ClusterDescription> = describe,
): Promise<string> {
  let outcome = "still waiting";
  void waitForSync({ id: 2, brokers: 3 }, { describe, describeBy }, waiting, logger).then(
    () => (outcome = "in sync"),
    (error: unknown) => (outcome = (error as Error).message),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  return outcome;
}

const late = (missing: string) =>
  `broker 2 is not back in sync after 5 s without progress: ${missing}; look at the logs of the brokers`;

describe("the wait for a broker", () => {
  it("lasts as long as the number of partitions behind decreases", async () => {
    let looks = 0;
    // One partition less every 4 s.
    const describe = () => Promise.resolve(view(Math.max(0, 10 - Math.floor(looks++ / 16))));
    const describeBy = () => Promise.resolve(view(Math.max(0, 10 - Math.floor(looks / 16))));
    await expect(outcomeOf(describe, describeBy)).resolves.toBe("in sync");
  });

  it("does not last longer when the number of partitions behind goes up and down", async () => {
    let looks = 0;
    const describe = () => Promise.resolve(view(1 + (Math.floor(looks++ / 8) % 9)));
    await expect(outcomeOf(describe)).resolves.toMatch(/^broker 2 is not back in sync after 5 s/);
    expect(looks).toBeLessThan(70);
  });

  it.each([
    ["the broker itself", 2, "broker 2 does not answer (connect ECONNREFUSED)"],
    ["another", 3, "broker 3 does not answer (connect ECONNREFUSED)"],
  ])("names the broker that does not answer: %s", async (_who, silent, missing) => {
    const describeBy = (id: number) =>
      id === silent ? Promise.reject(connectionError()) : Promise.resolve(view(0));
    await expect(outcomeOf(() => Promise.resolve(view(0)), describeBy)).resolves.toBe(late(missing));
  });

  it("reports that no broker answers", async () => {
    await expect(outcomeOf(() => Promise.reject(connectionError()))).resolves.toBe(
      late("no broker answers (connect ECONNREFUSED)"),
    );
  });

  it("fails at once with an error of our own", async () => {
    await expect(outcomeOf(() => Promise.reject(new TypeError("a is not b")))).resolves.toBe("a is not b");
  });
});

type Replicas = readonly [replicas: readonly number[], inSync: readonly number[]];

const viewOf = (brokers: readonly number[], ...partitions: Replicas[]): ClusterDescription => ({
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

describe("the state of a broker", () => {
  it("is in sync if the broker is registered and all partitions of the cluster are in sync", () => {
    const state = syncStateOf(2, 3, [
      viewOf(
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
    ["it is not registered", [viewOf([1], [[1], [1]])], "broker 2 is not registered"],
    ["no broker answers", [], "broker 2 is not registered"],
    ["it lags behind", [viewOf([1, 2], [[1, 2], [1]])], "1 partition is not in sync: t/0"],
    ["another broker lags behind", [viewOf([1, 2, 3], [[1, 3], [1]])], "1 partition is not in sync: t/0"],
    [
      "one of the brokers says that it lags behind",
      [
        viewOf(
          [1, 2],
          [
            [1, 2],
            [1, 2],
          ],
        ),
        viewOf([1, 2], [[1, 2], [1]]),
      ],
      "1 partition is not in sync: t/0",
    ],
    [
      "one of the brokers does not know it",
      [
        viewOf(
          [1, 2],
          [
            [1, 2],
            [1, 2],
          ],
        ),
        viewOf(
          [1],
          [
            [1, 2],
            [1, 2],
          ],
        ),
      ],
      "broker 2 is not registered",
    ],
  ])("is not in sync if %s", (_when, views, missing) => {
    const state = syncStateOf(2, 3, views);
    expect(isInSync(state)).toBe(false);
    expect(showMissing(2, state)).toBe(missing);
  });

  it("shows only some of many partitions", () => {
    const lagging = Array.from({ length: 7 }, (): Replicas => [[1, 2], [1]]);
    expect(showMissing(2, syncStateOf(2, 3, [viewOf([1, 2], ...lagging)]))).toBe(
      "7 partitions are not in sync: t/0, t/1, t/2, t/3, t/4, … (2 more)",
    );
  });

  it("ignores replicas on brokers that are not planned, and includes the others of the same partition", () => {
    const onThird = viewOf([1, 2], [[1, 3], [1]], [[3, 2], [2]]);
    expect(syncStateOf(2, 2, [onThird]).behind).toEqual([]);
    expect(syncStateOf(2, 3, [onThird]).behind).toEqual(["t/0", "t/1"]);
    expect(syncStateOf(2, 2, [viewOf([1, 2], [[1, 2, 3], [1]])]).behind).toEqual(["t/0"]);
  });

  it("ignores topics that are being deleted", () => {
    const deleted = viewOf([1, 2], [[1, 2], []]);
    const topics = deleted.topics.map((topic) => ({ ...topic, errorCode: 3 }));
    expect(isInSync(syncStateOf(2, 3, [{ ...deleted, topics }]))).toBe(true);
  });
});
