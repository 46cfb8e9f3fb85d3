/**
 * The server's clock, as far as its frames tell it. On one machine it is the browser's own; another machine's may be off, which shows
 * as frames that seem to come from the future or from long ago.
 */
export class ServerClock {
  /** The shortest that a frame took by both clocks: what a wrong clock adds is in all of them. */
  private minMs = Infinity;
  private lastTransitMs = 0;

  /** Takes note of a frame that was sent at a time of the server and seen at one of the browser. */
  see(sentMs: number, seenMs: number): void {
    this.minMs = Math.min(this.minMs, seenMs - sentMs);
    this.lastTransitMs = seenMs - sentMs - this.offsetMs;
  }

  /** How far the browser's clock is ahead; 0 where the difference can be the frames' way alone. */
  get offsetMs(): number {
    return this.minMs >= 0 && this.minMs < 500 ? 0 : Number.isFinite(this.minMs) ? this.minMs : 0;
  }

  /** How long the last frame was on its way. */
  get transitMs(): number {
    return this.lastTransitMs;
  }

  /** The server's time at a time of the browser. */
  at(browserMs: number): number {
    return browserMs - this.offsetMs;
  }
}
