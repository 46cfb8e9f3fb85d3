import { describe, expect, it } from "vitest";
import type { TopicsFrame } from "../../../../contract/frames/frames";
import { Rates } from "../topics/rates";
import { FakeCluster } from "../cluster/testing/fake-cluster";
import { topicsFrame } from "./topics-frame";

function frame(
  cluster: FakeCluster,
  topics: readonly string[],
  wanted = { search: "", page: 0 },
): TopicsFrame {
  const rates = new Rates();
  rates.tick(0);
  for (const place of topics.keys()) rates.add(place, place);
  rates.tick(1_000);
  return topicsFrame({ topics, rates, cluster, groups: ["console", "lake"] }, wanted);
}

describe("the frame of topics", () => {
  it("has the placement, offsets and lag of partitions", () => {
    const cluster = new FakeCluster()
      .addPartition("a", {
        replicas: [1, 2],
        inSync: [1, 2],
        bounds: [10, 100],
        lag: { lake: 5, console: 0 },
      })
      .addPartition("a", { replicas: [2, 1], inSync: [1], bounds: [0, 7], lag: { lake: 2 } });
    expect(frame(cluster, ["0", "a"], { search: "A", page: 0 })).toEqual({
      search: "A",
      page: 0,
      total: 1,
      pageSize: 25,
      groups: ["console", "lake"],
      topics: [
        {
          name: "a",
          partitionCount: 2,
          messages: 97,
          messagesPerSecond: 1,
          // The lag of the console in partition 1 is unknown.
          lag: { lake: 7 },
          partitions: [
            {
              partition: 1,
              leader: 1,
              replicas: [2, 1],
              inSync: [1],
              earliest: 0,
              latest: 7,
              lag: { lake: 2 },
            },
            {
              partition: 0,
              leader: 1,
              replicas: [1, 2],
              inSync: [1, 2],
              earliest: 10,
              latest: 100,
              lag: { console: 0, lake: 5 },
            },
          ],
        },
      ],
    });
  });

  it("has empty values for topics that do not exist and leaders that have not answered", () => {
    const cluster = new FakeCluster().addPartition("b", { leader: null, inSync: [] });
    const { topics } = frame(cluster, ["a", "b"]);
    expect(topics[0]).toEqual({
      name: "a",
      partitions: [],
      partitionCount: 0,
      messages: 0,
      messagesPerSecond: 0,
      lag: {},
    });
    expect(topics[1]).toMatchObject({
      messages: 0,
      partitions: [{ leader: null, earliest: 0, latest: 0, lag: {} }],
    });
  });

  it("has the first of very many", () => {
    const cluster = new FakeCluster();
    for (let partition = 0; partition < 150; partition++)
      cluster.addPartition("b", { leader: partition === 120 ? null : 1 });
    const names = Array.from({ length: 60 }, (_, at) => `t${at}`);
    expect(frame(cluster, names, { search: "", page: 2 }).topics.map(({ name }) => name)).toEqual(
      names.slice(50),
    );
    const [topic] = frame(cluster, ["b"]).topics;
    expect([topic?.partitionCount, topic?.partitions.length, topic?.partitions[0]?.partition]).toEqual([
      150, 100, 120,
    ]);
  });
});
