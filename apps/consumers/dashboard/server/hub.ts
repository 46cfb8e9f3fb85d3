import type { StreamEvents } from "../../../../contract/frames/frames";

/** Formats an event of the stream (HTML Standard, 9.2 server-sent events). JSON has no line feeds: it escapes them in strings. */
export function eventText<Name extends keyof StreamEvents>(name: Name, frame: StreamEvents[Name]): string {
  return `event: ${name}\ndata: ${JSON.stringify(frame)}\n\n`;
}

/** The events for all pages with the same query, as text. One feed serves all of them. */
export interface Feed {
  /** The whole present state, for a new page. The next events of {@link quick} come after it, or are in it already. */
  full(): string;
  /** Several times a second: what is new since the last call; an empty text if nothing is. */
  quick?(): string;
  /** Each second: the present state of what changes slowly. */
  slow(): string;
}

const quickMs = 100;
const slowEveryQuick = 10;

/** Pages with the same query. */
interface Group<Query> {
  readonly query: Query;
  readonly feed: Feed;
  readonly pages: Set<PageConnection>;
}

/** Sends events to all pages. Pages with the same query share the text of their events. */
export class Hub<Query> {
  private readonly groups = new Map<string, Group<Query>>();
  private timer: NodeJS.Timeout | undefined;
  private ticks = 0;
  private pages = 0;

  /**
   * @param overview the event that all pages get each second
   * @param makeFeed creates the feed of a query
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

  /** Begins to send to a page. @returns a function that ends this */
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

/** The part of a response that events are written to. */
export interface EventSink {
  /** @returns false if the browser does not keep up and the event waits in memory */
  write(text: string): boolean;
  once(event: "drain", listener: () => void): unknown;
  destroy(): void;
}

const maxBlockedMs = 30_000;

/**
 * The stream of one page. While its browser does not keep up, nothing more is written, so that it costs no memory; afterwards it gets the
 * whole state again. A browser that does not keep up for half a minute is disconnected; it reconnects by itself if it is alive.
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
   * @param full returns the whole state, for a page that has missed an event
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
