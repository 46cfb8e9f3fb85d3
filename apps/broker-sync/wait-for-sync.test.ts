import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ClusterDescription, KafkaError } from "../shared/kafka";
import { createLogger } from "../shared/logger";
import { waitForSync } from "./wait-for-sync";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const logger = createLogger({ app: "test", format: "pretty", write: () => {} });
const waiting = { signal: new AbortController().signal, timeoutMs: 5000 };
const connectionError = () => new KafkaError("CONNECTION_FAILED", "connect ECONNREFUSED");

/** Brokers 1 to 3, of which 2 lacks some of ten partitions. */
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

/** What comes of a wait for broker 2 of 3, with what it is told each time. */
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
  it("lasts as long as fewer partitions are behind", async () => {
    let looks = 0;
    // One partition fewer every 4 s.
    const describe = () => Promise.resolve(view(Math.max(0, 10 - Math.floor(looks++ / 16))));
    const describeBy = () => Promise.resolve(view(Math.max(0, 10 - Math.floor(looks / 16))));
    await expect(outcomeOf(describe, describeBy)).resolves.toBe("in sync");
  });

  it("does not last longer because partitions come and go", async () => {
    let looks = 0;
    const describe = () => Promise.resolve(view(1 + (Math.floor(looks++ / 8) % 9)));
    await expect(outcomeOf(describe)).resolves.toMatch(/^broker 2 is not back in sync after 5 s/);
    expect(looks).toBeLessThan(70);
  });

  it.each([
    ["the broker itself", 2, "broker 2 does not answer (connect ECONNREFUSED)"],
    ["another", 3, "broker 3 does not answer (connect ECONNREFUSED)"],
  ])("blames who does not answer: %s", async (_who, silent, missing) => {
    const describeBy = (id: number) =>
      id === silent ? Promise.reject(connectionError()) : Promise.resolve(view(0));
    await expect(outcomeOf(() => Promise.resolve(view(0)), describeBy)).resolves.toBe(late(missing));
  });

  it("blames nobody where none answers", async () => {
    await expect(outcomeOf(() => Promise.reject(connectionError()))).resolves.toBe(
      late("no broker answers (connect ECONNREFUSED)"),
    );
  });

  it("ends at once with an error of our own", async () => {
    await expect(outcomeOf(() => Promise.reject(new TypeError("a is not b")))).resolves.toBe("a is not b");
  });
});
