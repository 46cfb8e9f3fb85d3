import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Answer, ContainerWatch } from "./container-watch";

const ok = { status: 200, body: '{"status":"healthy"}' };
const unhealthy = { status: 503, body: '{"status":"sick","reason":"nothing read for 31 s"}' };

describe("the watch over containers", () => {
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

  it("keeps the condition of each, its reason and its time", async () => {
    begin("a", "b");
    expect(watch.frame("a")).toEqual({ name: "a", condition: "unknown", sinceMs: 1_000_000 });
    await vi.advanceTimersByTimeAsync(500);
    expect(watch.frame("a")).toEqual({ name: "a", condition: "healthy", sinceMs: 1_000_000 });
    answers["a"] = () => Promise.resolve(unhealthy);
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

  it("counts a container that restarts again and again as unhealthy, with its last reason", async () => {
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
    let check = 0;
    answers["a"] = () => lives[check++ % lives.length]?.() ?? Promise.resolve(ok);
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

  it("counts a container that has been starting for long as unhealthy", async () => {
    answers["a"] = () =>
      Promise.resolve({ status: 503, body: '{"status":"starting","reason":"no broker answers"}' });
    begin("a");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(watch.frame("a")).toMatchObject({ condition: "unknown" });
    await vi.advanceTimersByTimeAsync(7_000);
    expect(watch.frame("a")).toMatchObject({ condition: "sick", reason: "no broker answers" });
  });

  it("checks each once a second, and never twice at the same time", async () => {
    answers["slow"] = () => new Promise((resolve) => setTimeout(() => resolve(ok), 5_500));
    begin("slow", "fast");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked.filter((url) => url === "fast").length).toBeGreaterThanOrEqual(9);
    expect(asked.filter((url) => url === "slow")).toHaveLength(2);
  });

  it("checks many less often, some at a time", async () => {
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

  it("requests more than health, and survives errors in it", async () => {
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
