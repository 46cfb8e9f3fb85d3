import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connectionError, FakeCluster } from "../testing/fake-cluster";
import { fakeContext, outcomeOf } from "../testing/fake-context";
import { moveReplicas } from "./move-replicas";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const wanted = [{ topic: "t", partition: 0, replicas: [2] }];
const stuck =
  "The replicas are not on their planned brokers after 5 s without progress:\n" +
  'topic "t" partition 0: planned on broker 2, in sync on 1; look at the logs of broker 2';
const sizeOf = (sizeBytes: number) => [{ topic: "t", partition: 0, sizeBytes }];

/** A cluster that accepts every move and completes none. */
function idleCluster(): FakeCluster {
  const cluster = new FakeCluster([1, 2]);
  cluster.put("t", [[[1], [1]]]);
  vi.spyOn(cluster, "reassign").mockResolvedValue([]);
  return cluster;
}

describe("moveReplicas", () => {
  it("waits as long as bytes are copied", async () => {
    const cluster = idleCluster();
    let copiedBytes = 0;
    vi.spyOn(cluster, "replicaSizes").mockImplementation(() => Promise.resolve(sizeOf(++copiedBytes)));
    const context = fakeContext(cluster, { brokers: 2 });
    const moved = outcomeOf(moveReplicas(context, wanted), 60_000);
    setTimeout(() => cluster.put("t", [[[2], [2]]]), 30_000);
    await expect(moved).resolves.toBe("done");
    expect(context.lines.at(-1)).toBe("moved 1 of 1 partition");
  });

  it("does not wait longer because a broker answers now and then", async () => {
    const cluster = idleCluster();
    let asked = 0;
    vi.spyOn(cluster, "replicaSizes").mockImplementation(() =>
      ++asked % 2 === 0 ? Promise.reject(connectionError()) : Promise.resolve(sizeOf(100)),
    );
    await expect(outcomeOf(moveReplicas(fakeContext(cluster, { brokers: 2 }), wanted))).resolves.toBe(stuck);
    expect(asked).toBeGreaterThanOrEqual(2);
  });

  it("does not wait longer because a replica falls behind and catches up again", async () => {
    const cluster = idleCluster();
    vi.spyOn(cluster, "replicaSizes").mockResolvedValue(sizeOf(100));
    let looks = 0;
    const describe = cluster.describe.bind(cluster);
    vi.spyOn(cluster, "describe").mockImplementation(() => {
      looks += 1;
      cluster.put("u", [[[1, 2], looks % 8 < 4 ? [1, 2] : [1]]]);
      return describe();
    });
    const both = [...wanted, { topic: "u", partition: 0, replicas: [1, 2] }];
    const reported = await outcomeOf(moveReplicas(fakeContext(cluster, { brokers: 2 }), both));
    expect(reported.split("\n").slice(0, 2).join("\n")).toBe(stuck);
  });

  it("counts the first moves, also if other replicas fall behind meanwhile", async () => {
    const cluster = idleCluster();
    const others = Array.from({ length: 30 }, (_, partition) => ({
      topic: "u",
      partition,
      replicas: [1, 2],
    }));
    const place = (inSync: number[]) =>
      cluster.put(
        "u",
        others.map(() => [[1, 2], inSync]),
      );
    place([1, 2]);
    const context = fakeContext(cluster, { brokers: 2 });
    const moved = outcomeOf(moveReplicas(context, [...wanted, ...others]));
    setTimeout(() => place([1]), 1000);
    setTimeout(() => cluster.put("t", [[[2], [2]]]), 3000);
    setTimeout(() => place([1, 2]), 6000);
    await expect(moved).resolves.toBe("done");
    expect(context.lines.slice(1)).toEqual(["moved 1 of 1 partition"]);
  });

  it("asks brokers for sizes one after the other", async () => {
    const cluster = idleCluster();
    cluster.brokers = [1, 2, 3];
    const asked: string[] = [];
    vi.spyOn(cluster, "replicaSizes").mockImplementation(async (nodeId) => {
      asked.push(`${nodeId} asked`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      asked.push(`${nodeId} answered`);
      return [];
    });
    const onTwo = [{ topic: "t", partition: 0, replicas: [2, 3] }];
    await outcomeOf(moveReplicas(fakeContext(cluster, { brokers: 3 }), onTwo), 4000);
    expect(asked).toEqual(["2 asked", "2 answered", "3 asked", "3 answered"]);
  });

  it("names the broker that has the only replica of a partition without a leader", async () => {
    const cluster = new FakeCluster([1]);
    cluster.put("t", [[[3, 2], [3]]]);
    const moved = moveReplicas(fakeContext(cluster, { brokers: 1 }), [
      { topic: "t", partition: 0, replicas: [1] },
    ]);
    await expect(outcomeOf(moved)).resolves.toBe(
      'topic "t" partition 0: its only complete copies lie on broker 3, which does not answer; ' +
        "start broker 3 again, or delete the topic with its messages",
    );
  });
});
