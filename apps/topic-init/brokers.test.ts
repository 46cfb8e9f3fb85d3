import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connectionError, FakeCluster } from "./testing/fake-cluster";
import { fakeContext, outcomeOf } from "./testing/fake-context";
import { forgetGoneBrokers, waitForBrokers } from "./brokers";

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

  it("does not last longer when one broker goes as another comes", async () => {
    const cluster = new FakeCluster([1]);
    let looks = 0;
    const describe = cluster.describe.bind(cluster);
    vi.spyOn(cluster, "describe").mockImplementation(() => {
      cluster.brokers = looks++ % 8 < 4 ? [1] : [2];
      return describe();
    });
    await expect(outcomeOf(waitForBrokers(fakeContext(cluster, { brokers: 2 })))).resolves.toMatch(
      /^brokers: 1 of 2 registered after 5 s; look at the logs of the missing brokers: [12]$/,
    );
  });

  it("reports that no broker answers", async () => {
    const cluster = new FakeCluster([]);
    vi.spyOn(cluster, "describe").mockRejectedValue(connectionError());
    await expect(outcomeOf(waitForBrokers(fakeContext(cluster, { brokers: 1 })))).resolves.toBe(
      "brokers: none answers at broker-1:29092 after 5 s (connect ECONNREFUSED); " +
        "check that the brokers run and that the addresses are right",
    );
  });

  it("does not repeat a request that fails by an error of our own", async () => {
    const cluster = new FakeCluster([1]);
    vi.spyOn(cluster, "describe").mockRejectedValue(new TypeError("a is not b"));
    await expect(outcomeOf(waitForBrokers(fakeContext(cluster, { brokers: 1 })))).resolves.toBe("a is not b");
  });
});

describe("forgetGoneBrokers", () => {
  it("unregisters brokers that are gone and not planned, and no others", async () => {
    const cluster = new FakeCluster([1, 4]);
    cluster.fenced.add(2).add(3).add(5);
    const asked = vi.spyOn(cluster, "unregisterBroker");
    const context = fakeContext(cluster, { brokers: 2 });
    await forgetGoneBrokers(context);
    expect(asked.mock.calls.flat()).toEqual([3, 5, 6, 7, 8, 9]);
    expect([...cluster.fenced]).toEqual([2]);
    expect(context.lines).toEqual([
      "broker 3: gone, and no longer registered",
      "broker 5: gone, and no longer registered",
    ]);
  });

  it("leaves them to the next run when a broker does not answer", async () => {
    const cluster = new FakeCluster([1]);
    const asked = vi.spyOn(cluster, "unregisterBroker").mockRejectedValue(connectionError());
    const context = fakeContext(cluster, { brokers: 1 });
    await forgetGoneBrokers(context);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(context.lines).toEqual([
      "brokers that are gone may stay registered until the next run (connect ECONNREFUSED)",
    ]);
  });
});
