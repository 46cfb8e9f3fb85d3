import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLogger } from "../../logger";
import { offsetOf } from "../record-batch/record-view";
import { TooOldBroker } from "../transport/errors";
import type { FetchOfMany } from "../requests/fetch";
import { connectionLost } from "../testing/fake-cluster";
import { FakeLogs } from "../testing/fake-logs";
import { Following } from "./follow";
import type { FollowOptions } from "./options";

const logger = createLogger({ app: "test", format: "pretty", level: "error", write: () => {} });
const range = (from: number, until: number) => Array.from({ length: until - from }, (_, at) => from + at);
const places = (topic: string, from: number, until: number) =>
  range(from, until).map((offset) => `${topic} ${offset}`);

let logs: FakeLogs;
let stopping: AbortController;
let got: string[];
let events: string[];

beforeEach(() => {
  logs = new FakeLogs();
  stopping = new AbortController();
  got = [];
  events = [];
});
afterEach(() => stopping.abort());

function follow(topics: readonly string[], options: Partial<FollowOptions> = {}): Following {
  const following = new Following(
    logs,
    {
      topics,
      begin: ({ earliest }) => earliest,
      onBatch: ({ topic, partition, messages, next }) => {
        for (const message of messages) got.push(`${topic}/${partition} ${offsetOf(message)}`);
        expect(messages.every((message) => offsetOf(message) < next)).toBe(true);
      },
      onSkipped: (topic, partition, from, to, reason) =>
        void events.push(`${topic}/${partition} ${from} to ${to}: ${reason}`),
      onReset: (topic, partition) => void events.push(`${topic}/${partition} reset`),
      signal: stopping.signal,
      ...options,
    },
    logger,
  );
  following.done.catch(() => {});
  return following;
}

const waits = { timeout: 5000, interval: 5 };
const reaches = (expected: readonly string[]) =>
  vi.waitFor(() => expect(got.toSorted()).toEqual(expected.toSorted()), waits);
/** Long enough for an unwanted event to happen. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 100));

describe("a follower", () => {
  it("reads existing and new messages of many partitions from their leaders, in order", async () => {
    logs.make("a", 1, 2);
    logs.make("b", 1);
    await logs.append("a", 0, 3);
    const following = follow(["a", "b"]);
    await reaches(places("a/0", 0, 3));
    await Promise.all([logs.append("a", 0, 2), logs.append("a", 1, 4), logs.append("b", 0, 1)]);
    await reaches([...places("a/0", 0, 5), ...places("a/1", 0, 4), ...places("b/0", 0, 1)]);
    expect(got.filter((place) => place.startsWith("a/1"))).toEqual(places("a/1", 0, 4));
    expect(following.position("a", 0)).toMatchObject({ partition: 0, earliest: 0, latest: 5, next: 5 });
    expect(following.positions("a").map(({ partition, next }) => [partition, next])).toEqual([
      [0, 5],
      [1, 4],
    ]);
    expect([following.position("a", 2), following.positions("c")]).toEqual([undefined, []]);
    stopping.abort();
    await expect(following.done).resolves.toBe("aborted");
    expect(logs.closed).toBe(1);
  });

  it("repeats nothing to idle brokers that they know already", async () => {
    logs.make("a", 1, 1, 1);
    const following = follow(["a"]);
    await vi.waitFor(() => expect(logs.fetches.length).toBeGreaterThan(4), waits);
    const [first, ...later] = logs.fetches.map(({ asked }) => asked);
    expect(first?.session).toEqual({ id: 0, epoch: 0 });
    expect(first?.partitions).toHaveLength(3);
    expect(later.flatMap(({ partitions, forgotten }) => [...partitions, ...forgotten])).toEqual([]);
    const before = following.position("a", 0)?.asOfMs ?? Infinity;
    await aWhile();
    expect(following.position("a", 0)?.asOfMs).toBeGreaterThan(before);
    await logs.append("a", 1, 1);
    await reaches(["a/1 0"]);
    await vi.waitFor(() => {
      const changed = logs.fetches.flatMap(({ asked }) => asked.partitions).slice(3);
      expect(changed).toEqual([expect.objectContaining({ partition: 1, offset: 1 })]);
    }, waits);
  });

  it("restarts a session that a broker has given up, and works without one if a broker has no room", async () => {
    logs.make("a", 1);
    follow(["a"]);
    await logs.append("a", 0, 1);
    await reaches(places("a/0", 0, 1));
    logs.forgetSessions();
    await logs.append("a", 0, 1);
    await reaches(places("a/0", 0, 2));
    logs.hasSessions = false;
    logs.forgetSessions();
    await vi.waitFor(() => {
      expect(logs.fetches.slice(-3).map(({ asked }) => asked.session.epoch)).toEqual([0, 0, 0]);
    }, waits);
    await logs.append("a", 0, 3);
    await reaches(places("a/0", 0, 5));
  });

  it("continues when brokers go and come back, and when leaders change", async () => {
    logs.make("a", 1, 2);
    follow(["a"]);
    await Promise.all([logs.append("a", 0, 2), logs.append("a", 1, 2)]);
    await reaches([...places("a/0", 0, 2), ...places("a/1", 0, 2)]);
    logs.down.add(1);
    await logs.append("a", 0, 2);
    await aWhile();
    logs.move("a", 0, 2);
    await reaches([...places("a/0", 0, 4), ...places("a/1", 0, 2)]);
    logs.down.delete(1);
    logs.move("a", 1, 1);
    logs.move("a", 0, 1);
    await Promise.all([logs.append("a", 0, 2), logs.append("a", 1, 2)]);
    await reaches([...places("a/0", 0, 6), ...places("a/1", 0, 4)]);
    logs.move("a", 0, -1);
    await logs.append("a", 0, 1);
    await aWhile();
    logs.move("a", 0, 2);
    await reaches([...places("a/0", 0, 7), ...places("a/1", 0, 4)]);
    expect(events).toEqual([]);
  });

  it("repeats a request that a broker may not have got because a connection broke", async () => {
    logs.make("a", 1, 2);
    const fetch = logs.fetch.bind(logs);
    const namesMoved = (asked: FetchOfMany) => asked.partitions.some(({ partition }) => partition === 1);
    let broken = 0;
    logs.fetch = (broker, asked) => {
      // The request never arrives: the broker's session does not change.
      if (broker === 1 && namesMoved(asked) && broken++ === 0) return Promise.reject(connectionLost());
      return fetch(broker, asked);
    };
    follow(["a"]);
    await Promise.all([logs.append("a", 0, 1), logs.append("a", 1, 1)]);
    await reaches(["a/0 0", "a/1 0"]);
    logs.move("a", 1, 1);
    await logs.append("a", 1, 1);
    await reaches(["a/0 0", "a/1 0", "a/1 1"]);
    expect(broken).toBeGreaterThan(0);
  });

  it("hands out one batch at a time, in order, even if the leader changes meanwhile", async () => {
    logs.make("a", 1, 3);
    // So long that each is a batch of its own, although they arrive together.
    await logs.append("a", 0, 3, "x".repeat(300_000));
    const taking = Promise.withResolvers<undefined>();
    let open = 0;
    follow(["a"], {
      onBatch: async ({ partition, messages }) => {
        expect(++open).toBe(1);
        got.push(...messages.map((message) => `a/${partition} ${offsetOf(message)}`));
        await taking.promise;
        open--;
      },
    });
    await reaches(["a/0 0"]);
    // The move of the other partition causes a lookup of leaders.
    logs.move("a", 0, 2);
    logs.move("a", 1, 2);
    await logs.append("a", 1, 1);
    const isAskedOfNewLeader = () => logs.fetches.some(({ broker }) => broker === 2);
    await vi.waitFor(() => expect(isAskedOfNewLeader()).toBe(true), waits);
    await aWhile();
    expect(got).toEqual(["a/0 0"]);
    taking.resolve(undefined);
    await reaches([...places("a/0", 0, 3), "a/1 0"]);
    await aWhile();
    expect(got.filter((place) => place.startsWith("a/0"))).toEqual(places("a/0", 0, 3));
  });

  it("ignores the late answer of a former leader", async () => {
    logs.make("a", 1, 3);
    const following = follow(["a"]);
    await logs.append("a", 0, 1);
    await reaches(["a/0 0"]);
    const late = Promise.withResolvers<undefined>();
    let held = 0;
    logs.beforeAnswer = async (broker) => {
      if (broker !== 1) return;
      held++;
      await late.promise;
    };
    await logs.append("a", 0, 1);
    await vi.waitFor(() => expect(held).toBe(1), waits);
    await aWhile();
    logs.move("a", 0, 2);
    logs.move("a", 1, 2);
    await reaches(["a/0 0", "a/0 1"]);
    await logs.append("a", 0, 1);
    await reaches(["a/0 0", "a/0 1", "a/0 2"]);
    late.resolve(undefined);
    await aWhile();
    expect(got).toHaveLength(3);
    // The late answer has an older end than the known one.
    expect(following.position("a", 0)).toMatchObject({ latest: 3, next: 3 });
  });

  it("reads topics and partitions that are created later, and reports that they are new", async () => {
    const begun: string[] = [];
    const following = follow(["a"], {
      begin: ({ topic, partition, latest, isNew }) => {
        begun.push(`${topic}/${partition} ${isNew ? "new" : "known"}`);
        return isNew ? 0 : latest;
      },
    });
    await aWhile();
    logs.make("a", 1);
    await logs.append("a", 0, 2);
    await reaches(places("a/0", 0, 2));
    logs.addPartition("a", 2);
    await logs.append("a", 1, 2);
    await vi.waitFor(() => expect(following.position("a", 1)?.next).toBe(2), { timeout: 8000 });
    expect(begun).toEqual(["a/0 new", "a/1 new"]);
  }, 10_000);

  it("reports offsets that retention has removed, and continues behind them", async () => {
    logs.make("a", 1);
    await logs.append("a", 0, 10);
    logs.cut("a", 0, { from: 6 });
    follow(["a"], { begin: () => 2 });
    await reaches(places("a/0", 6, 10));
    expect(events).toEqual(["a/0 2 to 6: they were removed from the topic before they were read"]);
  });

  it("reads from the beginning if a leader has lost what was read", async () => {
    logs.make("a", 1);
    await logs.append("a", 0, 5);
    follow(["a"]);
    await reaches(places("a/0", 0, 5));
    logs.cut("a", 0, { to: 2 });
    await reaches([...places("a/0", 0, 5), ...places("a/0", 0, 2)]);
    expect(events).toEqual(["a/0 reset"]);
  });

  it("reads another topic of the same name from its beginning, whatever its offsets are", async () => {
    logs.make("a", 1, 1);
    await logs.append("a", 0, 2);
    const begun: string[] = [];
    follow(["a"], {
      begin: ({ partition, isNew }) => {
        begun.push(`a/${partition} ${isNew ? "new" : "known"}`);
        return 0;
      },
    });
    await reaches(places("a/0", 0, 2));
    logs.make("a", 2, 1, 1);
    await logs.append("a", 0, 5);
    await logs.append("a", 2, 1);
    await reaches([...places("a/0", 0, 2), ...places("a/0", 0, 5), "a/2 0"]);
    expect(events).toEqual(["a/0 reset", "a/1 reset"]);
    expect(begun).toEqual(["a/0 known", "a/1 known", "a/2 new"]);
  });

  it("does not go back to the former topic if a broker lags behind", async () => {
    logs.make("a", 1);
    await logs.append("a", 0, 1);
    follow(["a"]);
    await reaches(places("a/0", 0, 1));
    const before = await logs.describe(["a"]);
    logs.make("a", 1);
    const describe = vi.spyOn(logs, "describe");
    await logs.append("a", 0, 1);
    await reaches(["a/0 0", "a/0 0"]);
    describe.mockClear().mockResolvedValue(before);
    logs.down.add(1);
    await vi.waitFor(() => expect(describe).toHaveBeenCalled(), waits);
    logs.down.delete(1);
    await logs.append("a", 0, 1);
    await reaches(["a/0 0", "a/0 0", "a/0 1"]);
    expect(events).toEqual(["a/0 reset"]);
  });

  it("waits for a topic that was deleted", async () => {
    logs.make("a", 1);
    follow(["a"]);
    await logs.append("a", 0, 1);
    await reaches(places("a/0", 0, 1));
    logs.delete("a");
    await aWhile();
    expect(logs.fetches.length).toBeLessThan(20);
    expect(events).toEqual([]);
    logs.make("a", 1);
    await logs.append("a", 0, 1);
    await reaches(["a/0 0", "a/0 0"]);
    expect(events).toEqual(["a/0 reset"]);
  });

  it("rejects with the errors of its callbacks, and if brokers are too old", async () => {
    logs.make("a", 1);
    await logs.append("a", 0, 1);
    const onBatch = () => Promise.reject(new Error("my own"));
    await expect(follow(["a"], { onBatch }).done).rejects.toThrow("my own");
    vi.spyOn(logs, "fetch").mockRejectedValue(new TooOldBroker("too old"));
    await expect(follow(["a"]).done).rejects.toThrow("too old");
  });

  it("waits for the abort if it has no topics", async () => {
    const following = follow([]);
    await aWhile();
    expect(logs.fetches).toEqual([]);
    stopping.abort();
    await expect(following.done).resolves.toBe("aborted");
  });
});

describe("a follower with an end", () => {
  it("ends at the given offset of each partition", async () => {
    logs.make("a", 1, 2);
    logs.make("empty", 1);
    await Promise.all([logs.append("a", 0, 9), logs.append("a", 1, 4)]);
    const end = ({ latest }: { readonly latest: number }) => latest - 1;
    await expect(follow(["a"], { begin: () => 2, end }).done).resolves.toBe("ended");
    expect(got.toSorted()).toEqual([...places("a/0", 2, 8), ...places("a/1", 2, 3)]);
    await expect(follow(["empty"], { end: () => 0 }).done).resolves.toBe("ended");
    await expect(follow([], { end: () => 0 }).done).resolves.toBe("ended");
  });

  it("ends without topics that do not exist, once that is certain", async () => {
    logs.make("a", 1);
    await logs.append("a", 0, 2);
    await expect(follow(["a", "absent"], { end: ({ latest }) => latest }).done).resolves.toBe("ended");
    expect(got).toEqual(places("a/0", 0, 2));
  });

  it("reads nothing of a topic that was replaced or has lost its messages meanwhile", async () => {
    logs.make("a", 1, 1);
    await logs.append("a", 0, 2);
    await logs.append("a", 1, 2);
    const following = follow(["a"], { end: () => 9 });
    await reaches([...places("a/0", 0, 2), ...places("a/1", 0, 2)]);
    logs.cut("a", 0, { to: 1 });
    await vi.waitFor(() => expect(events).toEqual(["a/0 reset"]), waits);
    logs.make("a", 1, 1);
    await logs.append("a", 1, 9);
    await expect(following.done).resolves.toBe("ended");
    expect(got).toHaveLength(4);
  });
});
