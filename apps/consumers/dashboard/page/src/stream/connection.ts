import type { StreamEvents } from "../../../../../../contract/frames/frames";

/** The callbacks of a connection. */
export interface ConnectionEvents {
  receive<Name extends keyof StreamEvents>(name: Name, frame: StreamEvents[Name]): void;
  lose(): void;
}

const names = [
  "overview",
  "devices",
  "points",
  "topics",
  "lake",
  "conservation",
] as const satisfies readonly (keyof StreamEvents)[];

/** The server sends an overview each second: after so long without any event it is gone. */
const silenceMs = 5_000;
const retryMs = [250, 500, 1_000, 2_000] as const;

/**
 * Follows one stream of the server at a time, while the page is visible. It reconnects by itself: browsers do not reconnect after an
 * error status, and wait seconds if the server does not answer.
 */
export class Connection {
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private url: string | undefined;
  private failures = 0;
  private isPaused = false;

  constructor(private readonly events: ConnectionEvents) {}

  /** Follows this stream instead of the former one. */
  follow(url: string): void {
    if (url === this.url) return;
    this.url = url;
    this.failures = 0;
    this.open();
  }

  /** Ends the stream until {@link resume}. */
  pause(): void {
    this.isPaused = true;
    this.close();
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.failures = 0;
    this.open();
  }

  private open(): void {
    this.close();
    if (this.url === undefined || this.isPaused) return;
    const source = new EventSource(this.url);
    this.source = source;
    source.onerror = () => this.fail();
    for (const name of names) {
      source.addEventListener(name, ({ data }: MessageEvent<string>) => {
        this.failures = 0;
        this.expectMore();
        this.events.receive(name, JSON.parse(data) as StreamEvents[typeof name]);
      });
    }
    this.expectMore();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = undefined;
  }

  private expectMore(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fail(), silenceMs);
  }

  private fail(): void {
    this.close();
    this.events.lose();
    const delayMs = retryMs[Math.min(this.failures++, retryMs.length - 1)];
    this.timer = setTimeout(() => this.open(), delayMs);
  }
}
