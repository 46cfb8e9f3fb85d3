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
