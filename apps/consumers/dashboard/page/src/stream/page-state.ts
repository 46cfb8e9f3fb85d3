import type { OverviewFrame, StreamEvents } from "../../../../../../contract/frames/frames";

/** How the page and its server get along: `lost` from the first failure until events come again. */
export type ConnectionState = "connecting" | "open" | "lost";

/** The newest frame of each kind but points, which go to the curves. */
export type Frames = { readonly [Name in Exclude<keyof StreamEvents, "points">]?: StreamEvents[Name] };

/** All that the page shows beside curves. */
export interface PageState {
  readonly connection: ConnectionState;
  /** By the browser's clock: since when the connection is lost. */
  readonly lostSinceMs?: number;
  readonly frames: Frames;
}

export const emptyState: PageState = { connection: "connecting", frames: {} };

/** What is left when the page turns to something else: frames of other views would be shown as if they were of this one. */
export function forAnotherRoute(state: PageState): PageState {
  const { overview } = state.frames;
  return { ...state, frames: overview === undefined ? {} : { overview } };
}

export function withFrame<Name extends keyof Frames>(
  state: PageState,
  name: Name,
  frame: StreamEvents[Name],
): PageState {
  return { connection: "open", frames: { ...state.frames, [name]: frame } };
}

export function withoutServer(state: PageState, nowMs: number): PageState {
  return state.connection === "lost" ? state : { ...state, connection: "lost", lostSinceMs: nowMs };
}

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

const most = 300;

/** Messages a second over the last minutes: as long as this page has been looking, since the server keeps none. */
export class TrafficHistory {
  times: number[] = [];
  rates: number[] = [];

  add({ nowMs, totals }: OverviewFrame): void {
    const newestMs = this.times.at(-1) ?? -Infinity;
    // Another view's stream begins with an overview, too: the same second is drawn once.
    if (nowMs - newestMs < 500) return;
    this.times = [...this.times, nowMs].slice(-most);
    this.rates = [...this.rates, totals.messagesPerSecond].slice(-most);
  }
}
