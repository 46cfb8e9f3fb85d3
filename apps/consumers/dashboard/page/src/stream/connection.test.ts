import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Connection } from "./connection";

class Source {
  static readonly opened: Source[] = [];
  isClosed = false;
  onerror: () => void = () => {};
  private readonly listeners = new Map<string, (event: { data: string }) => void>();
  constructor(readonly url: string) {
    Source.opened.push(this);
  }
  addEventListener(name: string, listener: (event: { data: string }) => void): void {
    this.listeners.set(name, listener);
  }
  close(): void {
    this.isClosed = true;
  }
  send(name: string, frame: unknown): void {
    this.listeners.get(name)?.({ data: JSON.stringify(frame) });
  }
}

describe("a connection", () => {
  const events = { receive: vi.fn(), lose: vi.fn() };
  let connection: Connection;
  const urls = () => Source.opened.map(({ url }) => url);
  const open = () => Source.opened.filter(({ isClosed }) => !isClosed);
  const last = () => Source.opened.at(-1)!;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("EventSource", Source);
    Source.opened.length = 0;
    events.receive.mockClear();
    events.lose.mockClear();
    connection = new Connection(events);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("passes each event with its name", () => {
    connection.follow("a");
    last().send("lake", { summary: null });
    expect(events.receive.mock.calls).toEqual([["lake", { summary: null }]]);
  });

  it("follows one stream at a time, and does not reopen the same one", () => {
    for (const url of ["a", "a", "b"]) connection.follow(url);
    expect(urls()).toEqual(["a", "b"]);
    expect(open().map(({ url }) => url)).toEqual(["b"]);
  });

  it("reconnects by itself, at growing intervals", () => {
    connection.follow("a");
    for (const waitMs of [250, 500, 1_000, 2_000, 2_000]) {
      const before = Source.opened.length;
      last().onerror();
      vi.advanceTimersByTime(waitMs - 1);
      expect(Source.opened).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(Source.opened).toHaveLength(before + 1);
    }
    expect(events.lose).toHaveBeenCalledTimes(5);
    last().send("overview", {});
    last().onerror();
    vi.advanceTimersByTime(250);
    expect(Source.opened).toHaveLength(7);
    expect(open()).toHaveLength(1);
  });

  it("reconnects to a server that has been silent for five seconds", () => {
    connection.follow("a");
    vi.advanceTimersByTime(4_999);
    last().send("overview", {});
    vi.advanceTimersByTime(4_999);
    expect(events.lose).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(events.lose).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(250);
    expect(open()).toHaveLength(1);
  });

  it("has no stream while the page is not visible", () => {
    connection.follow("a");
    connection.pause();
    connection.follow("b");
    vi.advanceTimersByTime(60_000);
    expect([urls(), open()]).toEqual([["a"], []]);
    connection.resume();
    connection.resume();
    expect(urls()).toEqual(["a", "b"]);
    expect(events.lose).not.toHaveBeenCalled();
  });
});
