import { expect, it, vi } from "vitest";
import { forgetGoneBrokers } from "./forget-brokers";
import { connectionError, FakeCluster } from "./testing/fake-cluster";
import { fakeContext } from "./testing/fake-context";

it("forgets brokers that are gone and not planned, and no others", async () => {
  const cluster = new FakeCluster([1, 4]);
  cluster.fenced.add(2).add(3).add(5);
  const asked = vi.spyOn(cluster, "unregisterBroker");
  const context = fakeContext(cluster, { brokers: 2 });
  await forgetGoneBrokers(context);
  expect(asked.mock.calls.flat()).toEqual([3, 5, 6, 7, 8, 9]);
  expect([...cluster.fenced]).toEqual([2]);
  expect(context.lines).toEqual([
    "broker 3: gone, and not registered any more",
    "broker 5: gone, and not registered any more",
  ]);
});

it("leaves it for another time when that does not work", async () => {
  const cluster = new FakeCluster([1]);
  const asked = vi.spyOn(cluster, "unregisterBroker").mockRejectedValue(connectionError());
  const context = fakeContext(cluster, { brokers: 1 });
  await forgetGoneBrokers(context);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(context.lines).toEqual(["brokers that are gone may stay registered for now (connect ECONNREFUSED)"]);
});
