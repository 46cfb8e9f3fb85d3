import { Cell } from "../cell";

/** Draws what is visible at most once in each frame of the screen, however often it changes. */
export class RedrawScheduler {
  private readonly drawn = new Set<() => void>();
  private isScheduled = false;

  /** Calls `draw` for each redraw from now on. @returns a function that ends this */
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

/** Calls back when an element becomes visible or invisible. @returns a function that ends this */
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
const maxLatencies = 2_000;

/** The median time that points of the last seconds took from their observation to the screen. */
export const screenLatencyMs = new Cell<number | undefined>(undefined);

const latencies: { readonly drawnMs: number; readonly latencyMs: number }[] = [];

/**
 * A curve with points has just been drawn. For the benchmark, the attribute `data-first-curve-at-ms` of the document's root keeps the first
 * time, in milliseconds since 1970.
 */
export function markCurve(): void {
  document.documentElement.dataset["firstCurveAtMs"] ??= String(performance.timeOrigin + performance.now());
}

/**
 * A curve has just been drawn with a point that came while it was visible. Tests and the benchmark cannot read a canvas: for them,
 * attributes of the document's root keep the last such point. `data-drawn-observation-ms` is the time of its observation, and
 * `data-drawn-at-ms` when it was drawn; both in milliseconds since 1970, the second by the browser's clock, with fractions.
 *
 * @param isLive whether the observation is of now, so that the difference is a latency
 */
export function markDrawn(observationMs: number, isLive: boolean): void {
  const drawnMs = performance.timeOrigin + performance.now();
  const { dataset } = document.documentElement;
  dataset["drawnObservationMs"] = String(observationMs);
  dataset["drawnAtMs"] = String(drawnMs);
  if (isLive) latencies.push({ drawnMs, latencyMs: Math.max(0, drawnMs - observationMs) });
  if (latencies.length > maxLatencies) latencies.splice(0, latencies.length - maxLatencies);
}

/** Updates {@link screenLatencyMs}. To be called each second. */
export function updateScreenLatency(): void {
  const fromMs = performance.timeOrigin + performance.now() - recentMs;
  const recent = latencies
    .filter(({ drawnMs }) => drawnMs >= fromMs)
    .map(({ latencyMs }) => latencyMs)
    .sort((one, other) => one - other);
  screenLatencyMs.value = recent[Math.floor(recent.length / 2)];
}
