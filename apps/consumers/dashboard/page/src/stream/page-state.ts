import type { OverviewFrame, StreamEvents } from "../../../../../../contract/frames/frames";

/** The connection to the server: `lost` from the first failure until events come again. */
export type ConnectionState = "connecting" | "open" | "lost";

/** The latest frame of each kind, except points, which go to the curves. */
export type Frames = { readonly [Name in Exclude<keyof StreamEvents, "points">]?: StreamEvents[Name] };

/** Everything that the page shows except curves. */
export interface PageState {
  readonly connection: ConnectionState;
  /** Since when the connection is lost, by the browser's clock. */
  readonly lostSinceMs?: number;
  readonly frames: Frames;
}

export const emptyState: PageState = { connection: "connecting", frames: {} };

/** The state after a change of the route: frames of the former view must not be shown as if they were of the new one. */
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
 * The server's clock, estimated from its frames. On one machine it is the browser's own; on another machine it may be wrong, so that frames
 * seem to come from the future or from long ago.
 */
export class ServerClock {
  /** The shortest time that a frame took by both clocks: the error of a clock is in all of them. */
  private minMs = Infinity;
  private lastTransitMs = 0;

  /** Notes a frame. @param sentMs by the server's clock @param seenMs by the browser's */
  note(sentMs: number, seenMs: number): void {
    this.minMs = Math.min(this.minMs, seenMs - sentMs);
    this.lastTransitMs = seenMs - sentMs - this.offsetMs;
  }

  /** How far the browser's clock is ahead; 0 if the difference can be the transit time alone. */
  get offsetMs(): number {
    return this.minMs >= 0 && this.minMs < 500 ? 0 : Number.isFinite(this.minMs) ? this.minMs : 0;
  }

  /** The transit time of the last frame. */
  get transitMs(): number {
    return this.lastTransitMs;
  }

  /** The server's time at a time of the browser's clock. */
  at(browserMs: number): number {
    return browserMs - this.offsetMs;
  }
}

const maxRates = 300;

/** Messages a second over the last minutes since the page was opened: the server keeps no history. */
export class TrafficHistory {
  times: number[] = [];
  rates: number[] = [];

  add({ nowMs, totals }: OverviewFrame): void {
    const latestMs = this.times.at(-1) ?? -Infinity;
    // The stream of another view begins with an overview, too: each second is drawn once.
    if (nowMs - latestMs < 500) return;
    this.times = [...this.times, nowMs].slice(-maxRates);
    this.rates = [...this.rates, totals.messagesPerSecond].slice(-maxRates);
  }
}
