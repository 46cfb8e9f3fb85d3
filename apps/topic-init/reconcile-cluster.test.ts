import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { reconcileCluster } from "./reconcile-cluster";
import { FakeCluster, FakeQuorum } from "./testing/fake-cluster";
import { fakeContext, outcomeOf } from "./testing/fake-context";

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
  it("removes voters only after their brokers are empty", async () => {
    const cluster = new FakeCluster([1, 2, 3]);
    cluster.put("t", [[[3], [3]]]);
    cluster.fenced.add(4);
    const quorum = new FakeQuorum([1, 2, 3], [1, 2, 3]);
    const placeAtRemoval: unknown[] = [];
    vi.spyOn(quorum, "removeVoter").mockImplementation((voter) => {
      placeAtRemoval.push(cluster.topics.get("t")?.[0]?.replicas);
      return FakeQuorum.prototype.removeVoter.call(quorum, voter);
    });
    const context = fakeContext(cluster, { brokers: 1, topics: [topic("t")], voters: voters(1), quorum });
    await expect(outcomeOf(reconcileCluster(context))).resolves.toBe("done");
    expect(placeAtRemoval).toEqual([[1], [1]]);
    expect(quorum.voters).toEqual([1]);
    expect(context.lines).toContain("metadata quorum: node 1 votes");
    expect(context.lines).toContain("broker 4: gone, and no longer registered");
  });

  it("keeps all voters if the replicas on their brokers cannot be moved", async () => {
    const cluster = new FakeCluster([1, 2, 3]);
    cluster.put("t", [[[3], [3]]]);
    vi.spyOn(cluster, "reassign").mockResolvedValue([]);
    const quorum = new FakeQuorum([1, 2, 3], [1, 2, 3]);
    const context = fakeContext(cluster, { brokers: 1, topics: [topic("t")], voters: voters(1), quorum });
    await expect(outcomeOf(reconcileCluster(context))).resolves.toContain(
      'topic "t" partition 0: planned on broker 1, in sync on 3; look at the logs of broker 1',
    );
    expect(quorum.voters).toEqual([1, 2, 3]);
  });
});

describe("a planned topic", () => {
  it("is reported with a remedy if its only replica is on a broker that is gone", async () => {
    const cluster = new FakeCluster([1]);
    cluster.put("t", [[[3], [3]]]);
    const context = fakeContext(cluster, { brokers: 1, topics: [topic("t")] });
    await expect(outcomeOf(reconcileCluster(context))).resolves.toBe(
      'topic "t" partition 0: its only complete copies lie on broker 3, which does not answer; ' +
        "start broker 3 again, or delete the topic with its messages",
    );
  });

  it("is logged as it was found", async () => {
    const cluster = new FakeCluster([1, 2, 3]);
    cluster.put("t", [
      [
        [1, 2],
        [1, 2],
      ],
      [[2], [2]],
    ]);
    const wider = { ...topic("t"), partitions: 2, replicationFactor: 3 };
    const context = fakeContext(cluster, { brokers: 3, topics: [wider] });
    await expect(outcomeOf(reconcileCluster(context))).resolves.toBe("done");
    expect(context.lines).toContain("t: exists (2 partitions, replication factor 1)");
    expect(cluster.topics.get("t")!.map(({ replicas }) => replicas.length)).toEqual([3, 3]);
  });

  it("is waited for if it does not exist after its creation", async () => {
    const cluster = new FakeCluster([1]);
    vi.spyOn(cluster, "createTopics").mockResolvedValue(new Map([["t", { kind: "existed" }]]));
    const context = fakeContext(cluster, { brokers: 1, topics: [topic("t")] });
    await expect(outcomeOf(reconcileCluster(context))).resolves.toBe(
      'topic "t": does not exist after 5 s\nlook at the logs of the brokers',
    );
  });

  it("gets its partitions, also if it gets more replicas", async () => {
    const cluster = new FakeCluster([1, 2]);
    cluster.put("t", [[[1], [1]]]);
    const wider = { ...topic("t"), partitions: 3, replicationFactor: 2 };
    const context = fakeContext(cluster, { brokers: 2, topics: [wider] });
    await expect(outcomeOf(reconcileCluster(context))).resolves.toBe("done");
    expect(cluster.topics.get("t")!.map(({ replicas }) => replicas.length)).toEqual([2, 2, 2]);
    expect(context.lines).toContain("t: has 3 partitions now, had 1");
  });
});

describe("a cluster that grows", () => {
  it("gets its new voters before anything is moved", async () => {
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
    await expect(outcomeOf(reconcileCluster(context))).resolves.toBe("done");
    expect(votersAtCreation).toEqual([[1, 2, 3]]);
    expect(context.lines.at(-1)).toBe("1 topic ready");
  });
});
