import { beforeEach, describe, expect, it } from "vitest";
import { FollowedPartition } from "./topics";
import { FetchSession } from "./broker-reader";

const partitionOf = (number: number, next: number) => {
  const partition = new FollowedPartition("t", "id", number, "known");
  partition.begin({ earliest: 0, latest: 9 }, { begin: () => next });
  return partition;
};
const place = (partition: number, offset?: number) => ({
  topicId: "id",
  partition,
  ...(offset !== undefined && { offset }),
});
const ok = { errorCode: 0, sessionId: 77 };
const sessionGone = { errorCode: 70, sessionId: 0 };

let session: FetchSession;
let [one, two] = [partitionOf(1, 5), partitionOf(2, 6)];
beforeEach(() => {
  session = new FetchSession();
  [one, two] = [partitionOf(1, 5), partitionOf(2, 6)];
});

describe("a session of fetches", () => {
  it("begins with all partitions, and continues with changes", () => {
    expect(session.request([one, two])).toEqual({
      session: { id: 0, epoch: 0 },
      partitions: [place(1, 5), place(2, 6)],
      forgotten: [],
    });
    expect(session.answered(ok)).toBe(true);
    expect(session.request([one, two])).toEqual({
      session: { id: 77, epoch: 1 },
      partitions: [],
      forgotten: [],
    });
    expect(session.answered({ ...ok, sessionId: 0 })).toBe(true);
    two.moveTo(8);
    const three = partitionOf(3, 0);
    expect(session.request([two, three])).toEqual({
      session: { id: 77, epoch: 2 },
      partitions: [place(2, 8), place(3, 0)],
      forgotten: [place(1)],
    });
    expect(session.askedFor(place(2))).toEqual({ partition: two, offset: 8 });
    expect(session.askedFor(place(1))).toBeUndefined();
  });

  it("restarts if the broker has given it up, and ends the one before if the broker may still have it", () => {
    session.request([one]);
    session.answered(ok);
    session.request([one]);
    expect(session.answered(sessionGone)).toBe(false);
    expect(session.request([one])).toEqual({
      session: { id: 77, epoch: 0 },
      partitions: [place(1, 5)],
      forgotten: [],
    });
    session.answered({ errorCode: 0, sessionId: 78 });
    session.restart();
    expect(session.request([one]).session).toEqual({ id: 78, epoch: 0 });
  });

  it("names all partitions each time if the broker has no room for it, and each comes first in turn", () => {
    const orders = [1, 2, 3].map(() => {
      const request = session.request([one, two]);
      session.answered({ errorCode: 0, sessionId: 0 });
      expect(request.session).toEqual({ id: 0, epoch: 0 });
      return request.partitions.map(({ partition }) => partition);
    });
    expect(orders).toEqual([
      [1, 2],
      [2, 1],
      [1, 2],
    ]);
  });
});
