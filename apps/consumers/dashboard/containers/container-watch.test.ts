import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Answer, ContainerWatch } from "./container-watch";

const ok = { status: 200, body: '{"status":"healthy"}' };
const sick = { status: 503, body: '{"status":"sick","reason":"nothing read for 31 s"}' };

describe("looking at containers", () => {
  let answers: Record<string, () => Promise<Answer>>;
  let asked: string[];
  let watch: ContainerWatch;
  const ask = (url: string) => {
    asked.push(url);
    return (answers[url] ?? (() => Promise.resolve(ok)))();
  };
  const begin = (...names: readonly string[]) => {
    watch = new ContainerWatch(
      names.map((name) => ({ name, healthUrl: name })),
      ask,
      Date.now,
    );
    watch.start();
  };

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    answers = {};
    asked = [];
  });
  afterEach(() => {
    watch.stop();
    vi.useRealTimers();
  });

  it("tells how each does, why, and since when", async () => {
    begin("a", "b");
    expect(watch.frame("a")).toEqual({ name: "a", condition: "unknown", sinceMs: 1_000_000 });
    await vi.advanceTimersByTimeAsync(500);
    expect(watch.frame("a")).toEqual({ name: "a", condition: "healthy", sinceMs: 1_000_000 });
    answers["a"] = () => Promise.resolve(sick);
    await vi.advanceTimersByTimeAsync(1_000);
    const since = watch.frame("a")?.sinceMs ?? 0;
    expect(since).toBeGreaterThan(1_000_900);
    expect(watch.frame("a")).toEqual({
      name: "a",
      condition: "sick",
      reason: "nothing read for 31 s",
      sinceMs: since,
    });
    answers["a"] = () => Promise.reject(new Error("its container does not run"));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(watch.frame("a")).toMatchObject({
      condition: "unreachable",
      reason: "its container does not run; before that: nothing read for 31 s",
      sinceMs: since,
    });
    answers["a"] = () => Promise.resolve({ status: 503, body: '{"status":"starting"}' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(watch.frame("a")).toMatchObject({
      condition: "sick",
      reason: "it is starting; before that: nothing read for 31 s",
    });
    answers["a"] = () => Promise.resolve({ status: 500, body: "<b>" });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(watch.frame("a")).toMatchObject({ condition: "sick", reason: "it answers with status 500" });
    expect(watch.frame("b")).toMatchObject({ condition: "healthy", sinceMs: 1_000_000 });
    expect(watch.frame("c")).toBeUndefined();
  });

  it("takes what starts again and again for unhealthy, since it was healthy last, with what it said last", async () => {
    begin("a");
    await vi.advanceTimersByTimeAsync(500);
    const lives: (() => Promise<Answer>)[] = [
      () =>
        Promise.resolve({
          status: 503,
          body: '{"status":"starting","reason":"it has not read anything yet"}',
        }),
      () => Promise.resolve({ status: 503, body: '{"status":"sick","reason":"it has ended: no room"}' }),
      () => Promise.reject(new Error("its container does not run")),
    ];
    let look = 0;
    answers["a"] = () => lives[look++ % lives.length]?.() ?? Promise.resolve(ok);
    const conditions = new Set<string | undefined>();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(watch.frame("a")?.condition).toBe("unknown");
    const since = watch.frame("a")?.sinceMs ?? 0;
    for (let second = 0; second < 9; second++) {
      await vi.advanceTimersByTimeAsync(1_000);
      conditions.add(watch.frame("a")?.condition);
    }
    expect([...conditions].toSorted()).toEqual(["sick", "unreachable"]);
    expect(watch.frame("a")).toMatchObject({ sinceMs: since });
    expect(watch.frame("a")?.reason).toContain("it has ended: no room");
    expect(since).toBeLessThan(1_002_000);
    answers["a"] = () => Promise.resolve(ok);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(watch.frame("a")).toMatchObject({ condition: "healthy" });
    expect(watch.frame("a")?.reason).toBeUndefined();
  });

  it("does not take what was never healthy for well because it is starting", async () => {
    answers["a"] = () =>
      Promise.resolve({ status: 503, body: '{"status":"starting","reason":"no broker answers"}' });
    begin("a");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(watch.frame("a")).toMatchObject({ condition: "unknown" });
    await vi.advanceTimersByTimeAsync(7_000);
    expect(watch.frame("a")).toMatchObject({ condition: "sick", reason: "no broker answers" });
  });

  it("looks at each once a second, and never twice at the same time", async () => {
    answers["slow"] = () => new Promise((resolve) => setTimeout(() => resolve(ok), 5_500));
    begin("slow", "fast");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked.filter((url) => url === "fast").length).toBeGreaterThanOrEqual(9);
    expect(asked.filter((url) => url === "slow")).toHaveLength(2);
  });

  it("takes longer where there are many, some at a time", async () => {
    answers = Object.fromEntries(
      Array.from({ length: 400 }, (_, at) => [
        `c${at}`,
        () => new Promise<Answer>((done) => setTimeout(() => done(ok), 100)),
      ]),
    );
    begin(...Object.keys(answers));
    expect(asked).toHaveLength(16);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked.length).toBeGreaterThan(1_000);
    expect(asked.length).toBeLessThan(1_400);
  });

  it("asks for more than health, and stands what it is told", async () => {
    const taken: string[] = [];
    const bodies = ["one", "bad", "two"];
    answers["data"] = () => Promise.resolve({ status: 200, body: bodies.shift() ?? "more" });
    const onData = (body: string) => {
      if (body === "bad") throw new Error("bad");
      taken.push(body);
    };
    watch = new ContainerWatch([{ name: "a", healthUrl: "health", dataUrl: "data", onData }], ask, Date.now);
    watch.start();
    await vi.advanceTimersByTimeAsync(2_500);
    expect(taken).toEqual(["one", "two"]);
    expect(watch.frame("a")?.condition).toBe("healthy");
  });
});
