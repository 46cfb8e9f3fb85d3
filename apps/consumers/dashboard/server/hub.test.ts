import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type EventSink, Hub, PageConnection } from "./hub";

class Page implements EventSink {
  readonly written: string[] = [];
  keepsUp = true;
  isDestroyed = false;
  drain: () => void = () => {};
  write(text: string): boolean {
    this.written.push(text);
    return this.keepsUp;
  }
  once(_event: "drain", listener: () => void): void {
    this.drain = listener;
  }
  destroy(): void {
    this.isDestroyed = true;
  }
}

describe("the hub", () => {
  let made: string[];
  let calls: Record<"full" | "quick" | "slow", number>;
  let hub: Hub<{ view: string }>;

  beforeEach(() => {
    vi.useFakeTimers();
    made = [];
    calls = { full: 0, quick: 0, slow: 0 };
    hub = new Hub(
      () => "O",
      ({ view }) => {
        made.push(view);
        return {
          full: () => `${view}-full-${++calls.full} `,
          quick: () => `${view}-quick-${++calls.quick} `,
          slow: () => `${view}-slow-${++calls.slow} `,
        };
      },
    );
    hub.start();
  });
  afterEach(() => {
    hub.stop();
    vi.useRealTimers();
  });

  it("sends the whole state to a new page, then news, and each second the rest", () => {
    const page = new Page();
    hub.join({ view: "a" }, page);
    expect(page.written).toEqual(["Oa-full-1 "]);
    vi.advanceTimersByTime(1_000);
    expect(page.written.slice(1)).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `a-quick-${n} `),
      "Oa-quick-10 a-slow-1 ",
    ]);
  });

  it("creates one text for all pages with the same query", () => {
    const pages = Array.from({ length: 50 }, () => new Page());
    for (const page of pages) hub.join({ view: "a" }, page);
    const other = new Page();
    hub.join({ view: "b" }, other);
    expect(made).toEqual(["a", "b"]);
    expect(hub.pageCount).toBe(51);
    vi.advanceTimersByTime(100);
    expect(calls.quick).toBe(2);
    expect(new Set(pages.map(({ written }) => written.at(-1)))).toEqual(new Set(["a-quick-1 "]));
    expect(other.written.at(-1)).toBe("b-quick-2 ");
  });

  it("does nothing for pages that are gone", () => {
    const [one, two] = [new Page(), new Page()];
    const leave = hub.join({ view: "a" }, one);
    const leaveToo = hub.join({ view: "a" }, two);
    leave();
    leave();
    expect(hub.pageCount).toBe(1);
    vi.advanceTimersByTime(100);
    expect([one.written.length, two.written.length]).toEqual([1, 2]);
    leaveToo();
    vi.advanceTimersByTime(1_000);
    expect(calls.quick).toBe(1);
    hub.join({ view: "a" }, one);
    expect(made).toEqual(["a", "a"]);
  });

  it("does not let a slow page delay the others", () => {
    const [slow, fast] = [new Page(), new Page()];
    slow.keepsUp = false;
    hub.join({ view: "a" }, slow);
    hub.join({ view: "a" }, fast);
    vi.advanceTimersByTime(500);
    expect(slow.written).toHaveLength(1);
    expect(fast.written).toHaveLength(6);
    slow.keepsUp = true;
    slow.drain();
    vi.advanceTimersByTime(200);
    expect(slow.written.slice(1)).toEqual(["Oa-full-3 ", "a-quick-7 "]);
    slow.keepsUp = false;
    vi.advanceTimersByTime(31_000);
    expect([slow.isDestroyed, fast.isDestroyed]).toEqual([true, false]);
  });
});

describe("the connection of a page", () => {
  let written: string[];
  let keepsUp: boolean;
  let drained: () => void;
  let isDestroyed: boolean;
  let nowMs: number;
  let connection: PageConnection;
  const full = () => "full";

  beforeEach(() => {
    [written, keepsUp, drained, isDestroyed, nowMs] = [[], true, () => {}, false, 0];
    connection = new PageConnection(
      {
        write: (text) => {
          written.push(text);
          return keepsUp;
        },
        once: (_event, listener) => (drained = listener),
        destroy: () => (isDestroyed = true),
      },
      () => nowMs,
    );
  });

  it("gets each event, and no empty one", () => {
    for (const text of ["a", "", "b"]) connection.send(text, full);
    expect(written).toEqual(["a", "b"]);
  });

  it("gets nothing while it does not keep up, and then the whole state once", () => {
    connection.send("a", full);
    keepsUp = false;
    for (const text of ["b", "c", "d"]) connection.send(text, full);
    expect(written).toEqual(["a", "b"]);
    keepsUp = true;
    drained();
    for (const text of ["e", "f"]) connection.send(text, full);
    expect(written).toEqual(["a", "b", "full", "f"]);
  });

  it("continues if it has not missed an event", () => {
    keepsUp = false;
    connection.send("a", full);
    keepsUp = true;
    drained();
    connection.send("b", full);
    expect(written).toEqual(["a", "b"]);
  });

  it("is ended when it has not kept up for half a minute", () => {
    keepsUp = false;
    connection.send("a", full);
    nowMs = 30_000;
    connection.send("b", full);
    expect(isDestroyed).toBe(false);
    nowMs = 30_001;
    connection.send("c", full);
    expect(isDestroyed).toBe(true);
  });
});
