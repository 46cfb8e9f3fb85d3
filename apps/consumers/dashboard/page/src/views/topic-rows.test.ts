import { expect, it } from "vitest";
import type { PartitionFrame, TopicFrame } from "../../../../../../contract/frames/frames";
import { partitionProblem, partitionsInShort } from "./topic-rows";

const partition = (number: number, changes: Partial<PartitionFrame> = {}): PartitionFrame => ({
  partition: number,
  leader: 1,
  replicas: [1, 2, 3],
  inSync: [3, 1, 2],
  earliest: 0,
  latest: 1,
  lag: {},
  ...changes,
});
const topic = (partitionCount: number, ...partitions: readonly PartitionFrame[]): TopicFrame => ({
  name: "t",
  partitions,
  partitionCount,
  messages: 1,
  lag: {},
  messagesPerSecond: 0,
});
const wrong = partition(7, { inSync: [1] });

it("a partition's problem is named", () => {
  expect(partitionProblem(partition(0))).toBeUndefined();
  expect(partitionProblem(partition(0, { leader: null, inSync: [] }))).toBe("no leader");
  expect(partitionProblem(wrong)).toBe("not in sync: broker-2, broker-3");
});

it("few partitions are all shown, of many those with problems", () => {
  const few = topic(2, partition(0), wrong);
  expect(partitionsInShort(few, 2)).toBe(few.partitions);
  expect(partitionsInShort(topic(3, partition(0), wrong, partition(8)), 2)).toEqual([wrong]);
});

it("what a topic with very many partitions was not sent does not make it a small one", () =>
  expect(partitionsInShort(topic(5_000, partition(0), wrong), 2)).toEqual([wrong]));
