import type { StreamEvents } from "../../../../contract/frames/frames";

/** Writes an event of the stream (HTML Standard, 9.2 server-sent events). JSON has no line feeds outside of texts, and escapes them there. */
export function eventText<Name extends keyof StreamEvents>(name: Name, frame: StreamEvents[Name]): string {
  return `event: ${name}\ndata: ${JSON.stringify(frame)}\n\n`;
}

/** What pages that look at the same are sent, as texts of events. One feed serves all of them, however many they are. */
export interface Feed {
  /** All that there is now, for a page that has nothing yet. Whatever {@link quick} brings next comes after it, or is in it already. */
  full(): string;
  /** Several times a second: what is new since the last call; empty if nothing is. */
  quick?(): string;
  /** Each second: what is to replace what pages have. */
  slow(): string;
}

const quickMs = 100;
const slowEveryQuick = 10;

/** Pages that look at the same. */
interface Group<Query> {
  readonly query: Query;
  readonly feed: Feed;
  readonly pages: Set<PageConnection>;
}

/** Sends events to all pages. What several of them look at is made and written as text once. */
export class Hub<Query> {
  private readonly groups = new Map<string, Group<Query>>();
  private timer: NodeJS.Timeout | undefined;
  private ticks = 0;
  private pages = 0;

  /**
   * @param overview the event that all pages are sent each second
   * @param makeFeed makes what pages with this query are sent beside it
   */
  constructor(
    private readonly overview: () => string,
    private readonly makeFeed: (query: Query) => Feed,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.tick(), quickMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  get pageCount(): number {
    return this.pages;
  }

  /** Begins to send to a page. @returns ends that, once */
  join(query: Query, sink: EventSink): () => void {
    const key = JSON.stringify(query);
    const group = this.groups.get(key) ?? { query, feed: this.makeFeed(query), pages: new Set() };
    this.groups.set(key, group);
    const page = new PageConnection(sink);
    group.pages.add(page);
    this.pages++;
    const full = () => this.overview() + group.feed.full();
    page.send(full(), full);
    return () => {
      if (!group.pages.delete(page)) return;
      this.pages--;
      if (group.pages.size === 0 && this.groups.get(key) === group) this.groups.delete(key);
    };
  }

  private tick(): void {
    const isSlow = ++this.ticks % slowEveryQuick === 0;
    if (this.groups.size === 0) return;
    const overview = isSlow ? this.overview() : "";
    for (const { feed, pages } of this.groups.values()) {
      const text = overview + (feed.quick?.() ?? "") + (isSlow ? feed.slow() : "");
      const full = () => this.overview() + feed.full();
      for (const page of pages) page.send(text, full);
    }
  }
}

/** The part of a response that a page's events are written to. */
export interface EventSink {
  /** @returns false when the browser does not keep up and the event waits in memory. */
  write(text: string): boolean;
  once(event: "drain", listener: () => void): unknown;
  destroy(): void;
}

const maxBlockedMs = 30_000;

/**
 * The stream of one page. While its browser does not keep up nothing more is written, so that it costs no memory and nobody waits for
 * it; once it does, it is given all there is anew. One that does not for half a minute is gone, and comes back by itself if it lives.
 */
export class PageConnection {
  private blockedSinceMs: number | undefined;
  private hasMissed = false;

  constructor(
    private readonly sink: EventSink,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Sends an event, or notes that it was missed.
   * @param full gives all there is, for a page that has missed something
   */
  send(text: string, full: () => string): void {
    if (this.blockedSinceMs !== undefined) {
      this.hasMissed = true;
      if (this.now() - this.blockedSinceMs > maxBlockedMs) this.sink.destroy();
      return;
    }
    const whole = this.hasMissed ? full() : text;
    this.hasMissed = false;
    if (whole === "" || this.sink.write(whole)) return;
    this.blockedSinceMs = this.now();
    this.sink.once("drain", () => (this.blockedSinceMs = undefined));
  }
}
