import type { StreamEvents } from "../../../../../../contract/frames/frames";

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
