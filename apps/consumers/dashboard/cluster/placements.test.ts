import { expect, it } from "vitest";
import { Placements } from "./placements";

const partition = (number: number, leader: number) => ({
  partition: number,
  leader,
  replicas: [1, 2],
  inSyncReplicas: [1],
});
const topic = (name: string, errorCode: number, ...leaders: readonly number[]) => ({
  name,
  errorCode,
  topicId: undefined,
  partitions: leaders.map((leader, number) => partition(number, leader)).reverse(),
});

it("has partitions by number, with a leader or none, of topics that exist", () => {
  const placements = new Placements();
  expect(placements.of("a")).toEqual([]);
  placements.learn({ topics: [topic("a", 0, 1, 2), topic("leaderless", 5, -1), topic("absent", 3)] });
  expect(placements.of("a")).toEqual([
    { partition: 0, leader: 1, replicas: [1, 2], inSync: [1] },
    { partition: 1, leader: 2, replicas: [1, 2], inSync: [1] },
  ]);
  expect(placements.of("leaderless").map(({ leader }) => leader)).toEqual([null]);
  expect(placements.of("absent")).toEqual([]);
  placements.learn({ topics: [] });
  expect(placements.of("a")).toEqual([]);
});
