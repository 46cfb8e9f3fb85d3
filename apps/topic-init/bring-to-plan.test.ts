import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bringToPlan } from "./bring-to-plan";
import { FakeCluster } from "./testing/fake-cluster";
import { fakeContext, outcomeOf } from "./testing/fake-context";
import { FakeQuorum } from "./testing/fake-quorum";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const topic = (name: string) => ({
  name,
  partitions: 1,
  replicationFactor: 1,
  minInsyncReplicas: 1,
  config: {},
});
const voters = (...ids: number[]) => ids.map((nodeId) => ({ nodeId, host: `broker-${nodeId}`, port: 9093 }));

describe("a cluster that shrinks", () => {
  it("loses voters only after nothing is left on their brokers", async () => {
    const cluster = new FakeCluster([1, 2, 3]);
    cluster.put("t", [[[3], [3]]]);
    const quorum = new FakeQuorum([1, 2, 3], [1, 2, 3]);
    const placeAtRemoval: unknown[] = [];
    vi.spyOn(quorum, "removeVoter").mockImplementation((voter) => {
      placeAtRemoval.push(cluster.topics.get("t")?.[0]?.replicas);
      return FakeQuorum.prototype.removeVoter.call(quorum, voter);
    });
    const context = fakeContext(cluster, { brokers: 1, topics: [topic("t")], voters: voters(1), quorum });
    await expect(outcomeOf(bringToPlan(context))).resolves.toBe("done");
    expect(placeAtRemoval).toEqual([[1], [1]]);
    expect(quorum.voters).toEqual([1]);
    expect(context.lines).toContain("quorum: node 1 votes");
  });

  it("keeps all voters when what lies on their brokers cannot be moved", async () => {
    const cluster = new FakeCluster([1, 2, 3]);
    cluster.put("t", [[[3], [3]]]);
    vi.spyOn(cluster, "reassign").mockResolvedValue([]);
    const quorum = new FakeQuorum([1, 2, 3], [1, 2, 3]);
    const context = fakeContext(cluster, { brokers: 1, topics: [topic("t")], voters: voters(1), quorum });
    await expect(outcomeOf(bringToPlan(context))).resolves.toContain(
      'topic "t" partition 0: planned on broker 1, in sync on 3; look at the logs of broker 1',
    );
    expect(quorum.voters).toEqual([1, 2, 3]);
  });
});

describe("a cluster that grows", () => {
  it("has its new voters before anything is moved", async () => {
    const cluster = new FakeCluster([1, 2, 3]);
    const quorum = new FakeQuorum([1, 2, 3], [1]);
    const votersAtCreation: unknown[] = [];
    vi.spyOn(cluster, "createTopics").mockImplementation((topics) => {
      votersAtCreation.push(quorum.voters);
      return FakeCluster.prototype.createTopics.call(cluster, topics);
    });
    const context = fakeContext(cluster, {
      brokers: 3,
      topics: [topic("t")],
      voters: voters(1, 2, 3),
      quorum,
    });
    await expect(outcomeOf(bringToPlan(context))).resolves.toBe("done");
    expect(votersAtCreation).toEqual([[1, 2, 3]]);
    expect(context.lines.at(-1)).toBe("1 topic ready");
  });
});
