import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BrokerDescription, CommittedOffset, KafkaClient } from "../../../shared/kafka";
import { createLogger } from "../../../shared/logger";
import { ClusterWatch } from "./cluster-watch";

const ids = [1, 2];
/** A cluster that the test controls. */
class FakeView {
  readonly down = new Set<number>();
  readonly asked: string[] = [];
  committed: CommittedOffset[] = [];
  leader = 1;
  closed = 0;

  describe(nodeId: number, topics: readonly string[]) {
    if (topics.length > 0) this.asked.push(`${nodeId} topics`);
    if (this.down.has(nodeId)) return Promise.reject(new Error("Closed connection"));
    const partitions = [{ partition: 0, leader: this.leader, replicas: ids, inSyncReplicas: ids }];
    return Promise.resolve({
      clusterId: "c",
      controllerId: 1,
      brokers: ids.map((id) => ({ nodeId: id, host: "h", port: 1 })),
      topics: topics.map((name) => ({ name, errorCode: 0, topicId: undefined, partitions })),
    });
  }

  greet(nodeId: number) {
    return nodeId === 0 ? Promise.resolve() : Promise.reject(new Error("ECONNREFUSED"));
  }

  committedOffsets(nodeId: number, group: string) {
    this.asked.push(`${nodeId} ${group}`);
    if (group === "broken") return Promise.reject(new Error("no coordinator"));
    return Promise.resolve(this.committed);
  }

  close() {
    this.closed++;
    return Promise.resolve();
  }
}

describe("the watch over a cluster", () => {
  let view: FakeView;
  let watch: ClusterWatch;
  let nodes: (readonly BrokerDescription[])[];

  beforeEach(async () => {
    vi.useFakeTimers();
    view = new FakeView();
    nodes = [];
    const logger = createLogger({ app: "test", format: "pretty", level: "error", write: () => {} });
    const clusterView = (of: readonly BrokerDescription[]) => {
      nodes.push(of);
      return view;
    };
    watch = new ClusterWatch({ logger, clusterView } as unknown as KafkaClient, {
      nodes: {
        brokers: ids.map((id) => ({ id, name: `broker-${id}`, host: `b${id}`, port: 9 })),
        coordination: "kraft",
        quorum: ["one", "two"].map((name) => ({ name, host: name, port: 8 })),
      },
      topics: ["t"],
      groups: ["lake", "broken"],
      positionOf: (topic, partition) =>
        topic === "t" && partition === 0
          ? { partition: 0, earliest: 10, latest: 50, next: 50, asOfMs: 0 }
          : undefined,
    });
    watch.start();
    await vi.advanceTimersByTimeAsync(4500);
  });
  afterEach(async () => {
    await watch.stop();
    expect(view.closed).toBe(2);
    vi.useRealTimers();
  });
  const conditions = () => watch.brokers.map(({ condition }) => condition);

  it("knows the condition of each node", () => {
    expect(nodes).toEqual([
      [
        { nodeId: 1, host: "b1", port: 9 },
        { nodeId: 2, host: "b2", port: 9 },
      ],
      [
        { nodeId: 0, host: "one", port: 8 },
        { nodeId: 1, host: "two", port: 8 },
      ],
    ]);
    expect(watch.brokers).toEqual(
      ids.map((id) => ({
        id,
        name: `broker-${id}`,
        condition: "healthy",
        sinceMs: expect.any(Number) as number,
      })),
    );
    expect(watch.quorum).toMatchObject([
      { name: "one", condition: "healthy" },
      { name: "two", condition: "unreachable", reason: "connection refused" },
    ]);
  });

  it("asks healthy brokers in turn for topics and offsets", async () => {
    expect(new Set(view.asked.map((asked) => asked[0]))).toEqual(new Set(["1", "2"]));
    view.down.add(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(conditions()).toEqual(["healthy", "unreachable"]);
    view.asked.length = 0;
    await vi.advanceTimersByTimeAsync(4000);
    expect(new Set(view.asked)).toEqual(new Set(["1 topics", "1 lake", "1 broken"]));
  });

  it("knows the placement of partitions, which have no leader while no broker answers", async () => {
    const placed = { partition: 0, leader: 1, replicas: ids, inSync: ids };
    expect(watch.partitionsOf("t")).toEqual([placed]);
    expect(watch.partitionsOf("other")).toEqual([]);
    view.leader = 2;
    await vi.advanceTimersByTimeAsync(2000);
    expect(watch.partitionsOf("t")).toEqual([{ ...placed, leader: 2 }]);
    for (const id of ids) view.down.add(id);
    await vi.advanceTimersByTimeAsync(1000);
    expect(watch.partitionsOf("t")).toEqual([{ ...placed, leader: null, inSync: [] }]);
  });

  it("knows the lag of groups where bounds and offsets are known", async () => {
    expect(watch.lagOf("lake", "t", 0)).toBe(40);
    expect(watch.lagOf("broken", "t", 0)).toBeUndefined();
    expect(watch.lagOf("lake", "t", 1)).toBeUndefined();
    view.committed = [{ topic: "t", partition: 0, offset: 45, errorCode: 0 }];
    await vi.advanceTimersByTimeAsync(2000);
    expect(watch.lagOf("lake", "t", 0)).toBe(5);
    expect(watch.boundsOf("t", 0)).toMatchObject({ earliest: 10, latest: 50 });
  });
});
