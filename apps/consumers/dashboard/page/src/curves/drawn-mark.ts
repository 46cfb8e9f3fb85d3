import { Cell } from "../cell";

const recentMs = 5_000;
const most = 200;

/** How long drawn points took from their observation to the screen, of the last seconds: the middle one. */
export const screenLatencyMs = new Cell<number | undefined>(undefined);

const latencies: { readonly drawnMs: number; readonly latencyMs: number }[] = [];
let newestMs = -Infinity;

/**
 * Notes that the newest point of a curve has just been drawn. For tests and the benchmark, which cannot see a canvas, the newest of all
 * curves stands in attributes of the document's root: `data-drawn-observation-ms`, the time of its observation, and `data-drawn-at-ms`,
 * when it was drawn; both in milliseconds since 1970, the second by the browser's clock with its fractions.
 *
 * @param isLive whether its time is the clock's, so that their difference means something
 */
export function markDrawn(observationMs: number, isLive: boolean): void {
  if (observationMs <= newestMs) return;
  newestMs = observationMs;
  const drawnMs = performance.timeOrigin + performance.now();
  const { dataset } = document.documentElement;
  dataset["drawnObservationMs"] = String(observationMs);
  dataset["drawnAtMs"] = String(drawnMs);
  if (isLive) latencies.push({ drawnMs, latencyMs: Math.max(0, drawnMs - observationMs) });
  if (latencies.length > most) latencies.splice(0, latencies.length - most);
}

/** Other curves are looked at, whose newest points may be older. */
export function forgetDrawn(): void {
  newestMs = -Infinity;
  latencies.length = 0;
}

/** Each second: brings {@link screenLatencyMs} up to date. */
export function updateScreenLatency(): void {
  const fromMs = performance.timeOrigin + performance.now() - recentMs;
  const recent = latencies
    .filter(({ drawnMs }) => drawnMs >= fromMs)
    .map(({ latencyMs }) => latencyMs)
    .sort((one, other) => one - other);
  screenLatencyMs.value = recent[Math.floor(recent.length / 2)];
}
