import { expect, it } from "vitest";
import { CommittedOffsets, lagOf, Placements } from "./offsets";

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

it("Placements lists the partitions of existing topics by number, with a leader or null", () => {
  const placements = new Placements();
  expect(placements.of("a")).toEqual([]);
  placements.update({ topics: [topic("a", 0, 1, 2), topic("leaderless", 5, -1), topic("absent", 3)] });
  expect(placements.of("a")).toEqual([
    { partition: 0, leader: 1, replicas: [1, 2], inSync: [1] },
    { partition: 1, leader: 2, replicas: [1, 2], inSync: [1] },
  ]);
  expect(placements.of("leaderless").map(({ leader }) => leader)).toEqual([null]);
  expect(placements.of("absent")).toEqual([]);
  placements.update({ topics: [] });
  expect(placements.of("a")).toEqual([]);
});

it("CommittedOffsets tells committed, missing and unknown offsets apart", () => {
  const committed = new CommittedOffsets();
  expect(committed.of("lake", "t", 0)).toBe("unknown");
  committed.update("lake", [
    { topic: "t", partition: 0, offset: 7, errorCode: 0 },
    { topic: "t", partition: 1, offset: -1, errorCode: 0 },
    { topic: "t", partition: 2, offset: -1, errorCode: 30 },
  ]);
  const of = (group: string) => [0, 1, 2, 3].map((partition) => committed.of(group, "t", partition));
  expect(of("lake")).toEqual([7, "none", "unknown", "none"]);
  expect(of("console")).toEqual(["unknown", "unknown", "unknown", "unknown"]);
  committed.update("lake", []);
  expect(of("lake")).toEqual(["none", "none", "none", "none"]);
});

it.each([
  ["the messages after its offset", 10, 50, 30, 20],
  ["no message at the end", 10, 50, 50, 0],
  ["all messages if it has committed nothing", 10, 50, undefined, 40],
  ["only messages that retention has left", 10, 50, 3, 40],
  ["no message if the bounds are older, or the topic was made anew", 0, 50, 70, 0],
  ["no message of an empty partition", 7, 7, undefined, 0],
])("a group lags by %s", (_, earliest, latest, committed, lag) => {
  expect(lagOf({ earliest, latest }, committed)).toBe(lag);
});
