import type { Quantiles } from "../../../../contract/frames/frames";
import { metrics } from "../../../../contract/metrics";
import { Rates } from "../topics/rates";
import { parseExposition, type Samples, sumOf } from "./exposition";

const freshnessWindowMs = 300_000;

/** Rates and freshness from the metrics of consumers. */
export class ConsumerMetrics {
  private readonly latest = new Map<string, Samples>();
  /** Consumers that report how much they read. */
  private readonly reporting = new Set<string>();
  private readonly indexes: ReadonlyMap<string, number>;
  private readonly read = new Rates();
  private readonly rows = new Rates();
  private readonly freshness = new HistogramWindow(freshnessWindowMs);

  constructor(names: readonly string[]) {
    this.indexes = new Map(names.map((name, index) => [name, index]));
  }

  /** Takes the metrics of a consumer, in Prometheus text format. */
  take(name: string, text: string): void {
    const samples = parseExposition(text);
    this.latest.set(name, samples);
    const index = this.indexes.get(name);
    if (index === undefined) return;
    if (samples.has(metrics.messagesRead.name)) this.hasRead(name, sumOf(samples, metrics.messagesRead.name));
    if (samples.has(metrics.rows.name)) this.rows.set(index, sumOf(samples, metrics.rows.name));
  }

  /** A consumer has read so many messages since its start. */
  hasRead(name: string, messages: number): void {
    const index = this.indexes.get(name);
    if (index === undefined) return;
    this.reporting.add(name);
    this.read.set(index, messages);
  }

  /** To be called each second. */
  tick(nowMs: number): void {
    this.read.tick(nowMs);
    this.rows.tick(nowMs);
    const histograms = new Map<string, CumulativeHistogram>();
    for (const [name, samples] of this.latest) {
      const histogram = histogramOf(samples, metrics.freshness.name);
      if (histogram !== undefined) histograms.set(name, histogram);
    }
    this.freshness.add(nowMs, histograms);
  }

  /** Messages that a consumer reads a second; undefined if it does not report them. */
  readPerSecond(name: string): number | undefined {
    const index = this.indexes.get(name);
    return index === undefined || !this.reporting.has(name) ? undefined : this.read.perSecond(index);
  }

  /** Rows that all lakes commit a second. */
  get rowsPerSecond(): number {
    return [...this.indexes.values()].reduce((sum, index) => sum + this.rows.perSecond(index), 0);
  }

  /** The freshness of the rows that all lakes committed in the last five minutes; undefined if there were none. */
  get freshnessMs(): Quantiles | undefined {
    const counted = this.freshness.counted;
    if (counted === undefined) return undefined;
    const quantile = (share: number) => Math.round(quantileOf(counted, share) * 1_000);
    return { p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) };
  }
}

/** A histogram's counts up to each bound, its last one infinite; bounds ascend. */
export interface CumulativeHistogram {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/** Reads a histogram of Prometheus' text format; undefined if it does not exist. */
export function histogramOf(samples: Samples | undefined, name: string): CumulativeHistogram | undefined {
  const buckets = samples?.get(`${name}_bucket`)?.map(({ labels, value }) => ({
    bound: labels["le"] === "+Inf" ? Infinity : Number(labels["le"]),
    value,
  }));
  if (buckets === undefined) return undefined;
  buckets.sort((one, other) => one.bound - other.bound);
  return { bounds: buckets.map(({ bound }) => bound), counts: buckets.map(({ value }) => value) };
}

/** What histograms of several processes counted within a time window, from snapshots of their growing counts. */
export class HistogramWindow {
  private readonly snapshots: {
    readonly timeMs: number;
    readonly by: ReadonlyMap<string, CumulativeHistogram>;
  }[] = [];

  constructor(private readonly windowMs: number) {}

  /** Adds a snapshot: the present histograms, by the names of the processes. */
  add(timeMs: number, by: ReadonlyMap<string, CumulativeHistogram>): void {
    this.snapshots.push({ timeMs, by });
    // The window begins with the latest snapshot that is older than it.
    while ((this.snapshots[1]?.timeMs ?? Infinity) <= timeMs - this.windowMs) this.snapshots.shift();
  }

  /** The counts within the window, or since the first snapshot; undefined if there were none. */
  get counted(): CumulativeHistogram | undefined {
    let sum: { readonly bounds: readonly number[]; readonly counts: number[] } | undefined;
    for (const [name, latest] of this.snapshots.at(-1)?.by ?? []) {
      const counts = this.increase(name, latest);
      if (sum === undefined) sum = { bounds: latest.bounds, counts };
      else if (sum.bounds.join() === latest.bounds.join())
        for (const [at, count] of counts.entries()) sum.counts[at] = (sum.counts[at] ?? 0) + count;
    }
    return (sum?.counts.at(-1) ?? 0) > 0 ? sum : undefined;
  }

  /** A process that was restarted counts from 0: all of its counts are new. */
  private increase(name: string, latest: CumulativeHistogram): number[] {
    const first = this.snapshots.find(({ by }) => by.has(name))?.by.get(name);
    const isNew = first === undefined || (first.counts.at(-1) ?? 0) > (latest.counts.at(-1) ?? 0);
    return latest.counts.map((count, at) => count - (isNew ? 0 : (first.counts[at] ?? 0)));
  }
}

/**
 * The value that a share (0 to 1) of the counts does not exceed. It is interpolated within a bucket, as by Prometheus'
 * `histogram_quantile`; values beyond the last finite bound count as that bound.
 */
export function quantileOf({ bounds, counts }: CumulativeHistogram, share: number): number {
  const rank = share * (counts.at(-1) ?? 0);
  const at = counts.findIndex((count) => count >= rank);
  const upper = bounds[at] ?? 0;
  const lower = at > 0 ? (bounds[at - 1] ?? 0) : 0;
  if (upper === Infinity) return lower;
  const before = at > 0 ? (counts[at - 1] ?? 0) : 0;
  const within = (counts[at] ?? 0) - before;
  return within === 0 ? upper : lower + ((upper - lower) * (rank - before)) / within;
}
