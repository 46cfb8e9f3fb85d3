import type { Feed } from "./feed";
import { type EventSink, PageConnection } from "./page-connection";

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
