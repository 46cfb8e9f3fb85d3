/** The part of time that a device's curves show. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Observations this close to now are live; others come from history, from a faster clock, or from before an outage. */
const liveWithinMs = 10_000;
/**
 * Points that the fastest sensor's curve shows, and that the slowest one's shows at least. The server begins with 120 of each; a few less, so
 * that the age of the newest does not make it the next longer time and back again.
 */
const [maxShown, fewestShown] = [110, 10];
const fewestMs = 10_000;
const seconds = [10, 30, 60, 120, 180, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400];

/** Whether devices' time is the clock's: their curves then end now, so that one that stops is seen to. */
export function isLive(newestMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - newestMs) <= liveWithinMs;
}

/**
 * What all curves of a device show, so that one is below the other: some minutes for what is observed each second, longer for what is
 * observed seldom. Only round lengths, because the axis would shiver otherwise, unless all is shown.
 *
 * @param curves the times of each sensor's points, in order
 * @param showAll whether to show all points there are
 */
export function timeWindow(
  curves: readonly (readonly number[])[],
  live: boolean,
  nowMs: number,
  showAll = false,
): TimeWindow {
  const drawn = curves.filter((times) => times.length > 0);
  const newestMs = Math.max(...drawn.map((times) => times.at(-1) ?? nowMs));
  const toMs = live || drawn.length === 0 ? nowMs : newestMs;
  const spans = (count: number) =>
    drawn.map((times) => toMs - (times[Math.max(0, times.length - count)] ?? toMs));
  const wanted = showAll
    ? Math.max(0, ...spans(Infinity))
    : Math.max(Math.min(...spans(maxShown)), Math.max(...spans(fewestShown)), 0);
  const spanMs = Number.isFinite(wanted) ? wanted : 0;
  return { fromMs: toMs - (showAll ? Math.max(spanMs, fewestMs) : roundedUp(spanMs)), toMs };
}

function roundedUp(spanMs: number): number {
  const round = seconds.find((second) => second * 1_000 >= spanMs);
  return round === undefined ? Math.ceil(spanMs / 86_400_000) * 86_400_000 : round * 1_000;
}
