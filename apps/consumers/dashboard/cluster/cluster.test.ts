import { expect, it } from "vitest";
import { publishedTo } from "./cluster";
import { FakeCluster } from "./testing/fake-cluster";

it("publishedTo counts all messages once all partitions are known, those included that retention has deleted", () => {
  const cluster = new FakeCluster();
  expect(publishedTo(cluster, "t")).toBeUndefined();
  cluster.addPartition("t", { bounds: [90, 100] });
  expect(publishedTo(cluster, "t")).toBe(100);
  cluster.addPartition("t", { bounds: [0, 5] });
  expect(publishedTo(cluster, "t")).toBe(105);
  cluster.addPartition("t", {});
  expect(publishedTo(cluster, "t")).toBeUndefined();
});
