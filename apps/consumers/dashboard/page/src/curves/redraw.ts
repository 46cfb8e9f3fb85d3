import { Cell } from "../cell";

/** Draws what can be seen, at most once a frame of the screen, however often it changes. */
export class RedrawScheduler {
  private readonly drawn = new Set<() => void>();
  private isScheduled = false;

  /** Has something drawn from now on. @returns ends it */
  add(draw: () => void): () => void {
    this.drawn.add(draw);
    return () => this.drawn.delete(draw);
  }

  /** Something has changed. */
  readonly schedule = (): void => {
    if (this.isScheduled) return;
    this.isScheduled = true;
    requestAnimationFrame(() => {
      this.isScheduled = false;
      for (const draw of [...this.drawn]) draw();
    });
  };
}

/** Calls back when an element comes into sight or goes out of it. @returns ends it */
export function watchSight(element: Element, change: (isSeen: boolean) => void): () => void {
  callbacks.set(element, change);
  observer.observe(element);
  return () => {
    callbacks.delete(element);
    observer.unobserve(element);
  };
}

const callbacks = new WeakMap<Element, (isSeen: boolean) => void>();
const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) callbacks.get(target)?.(isIntersecting);
  },
  { rootMargin: "120px" },
);

const recentMs = 5_000;
const most = 2_000;

/** How long drawn points took from their observation to the screen, of the last seconds: the middle one. */
export const screenLatencyMs = new Cell<number | undefined>(undefined);

const latencies: { readonly drawnMs: number; readonly latencyMs: number }[] = [];

/**
 * Notes that a curve with points has just been drawn. For the benchmark the first time stands in `data-first-curve-at-ms` of the document's
 * root, in milliseconds since 1970.
 */
export function markCurve(): void {
  document.documentElement.dataset["firstCurveAtMs"] ??= String(performance.timeOrigin + performance.now());
}

/**
 * Notes that a curve has just been drawn up to a point that has come while it is shown. For tests and the benchmark, which cannot see a
 * canvas, the last one stands in attributes of the document's root: `data-drawn-observation-ms`, the time of its observation, and
 * `data-drawn-at-ms`, when it was drawn; both in milliseconds since 1970, the second by the browser's clock, with its fractions.
 *
 * @param isLive whether its time is the clock's, so that their difference means something
 */
export function markDrawn(observationMs: number, isLive: boolean): void {
  const drawnMs = performance.timeOrigin + performance.now();
  const { dataset } = document.documentElement;
  dataset["drawnObservationMs"] = String(observationMs);
  dataset["drawnAtMs"] = String(drawnMs);
  if (isLive) latencies.push({ drawnMs, latencyMs: Math.max(0, drawnMs - observationMs) });
  if (latencies.length > most) latencies.splice(0, latencies.length - most);
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
