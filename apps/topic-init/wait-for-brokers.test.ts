import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connectionError, FakeCluster } from "./testing/fake-cluster";
import { fakeContext, outcomeOf } from "./testing/fake-context";
import { waitForBrokers } from "./wait-for-brokers";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the wait for brokers", () => {
  it("lasts as long as more of them register", async () => {
    const cluster = new FakeCluster([]);
    setTimeout(() => (cluster.brokers = [3]), 4000);
    setTimeout(() => (cluster.brokers = [3, 1]), 8000);
    setTimeout(() => (cluster.brokers = [3, 1, 2]), 12_000);
    const context = fakeContext(cluster, { brokers: 3 });
    await expect(outcomeOf(waitForBrokers(context))).resolves.toBe("done");
    expect(context.lines).toEqual([0, 1, 2, 3].map((count) => `${count} of 3 brokers registered`));
  });

  it("does not last longer because one goes when another comes", async () => {
    const cluster = new FakeCluster([1]);
    let looks = 0;
    const describe = cluster.describe.bind(cluster);
    vi.spyOn(cluster, "describe").mockImplementation(() => {
      cluster.brokers = looks++ % 8 < 4 ? [1] : [2];
      return describe();
    });
    await expect(outcomeOf(waitForBrokers(fakeContext(cluster, { brokers: 2 })))).resolves.toMatch(
      /^brokers: 1 of 2 registered after 5 s; look at the logs of those that are missing: [12]$/,
    );
  });

  it("says when none answers", async () => {
    const cluster = new FakeCluster([]);
    vi.spyOn(cluster, "describe").mockRejectedValue(connectionError());
    await expect(outcomeOf(waitForBrokers(fakeContext(cluster, { brokers: 1 })))).resolves.toBe(
      "brokers: none answers at broker-1:29092 after 5 s (connect ECONNREFUSED); " +
        "check that the brokers run and that the addresses are right",
    );
  });

  it("does not repeat what fails by an error of our own", async () => {
    const cluster = new FakeCluster([1]);
    vi.spyOn(cluster, "describe").mockRejectedValue(new TypeError("a is not b"));
    await expect(outcomeOf(waitForBrokers(fakeContext(cluster, { brokers: 1 })))).resolves.toBe("a is not b");
  });
});
