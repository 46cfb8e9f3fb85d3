import { metrics } from "../../../../contract/metrics";
import type { Quantiles } from "../../../../contract/frames/frames";
import { Rates } from "../curves/rates";
import { parseExposition, type Samples, sumOf } from "./exposition";
import { type CumulativeHistogram, histogramOf, HistogramWindow, quantileOf } from "./histogram-window";

const freshnessWindowMs = 300_000;

/** What consumers say of themselves in their metrics. */
export class ConsumerMetrics {
  private readonly latest = new Map<string, Samples>();
  /** Consumers that tell what they read. */
  private readonly tellers = new Set<string>();
  private readonly indexes: ReadonlyMap<string, number>;
  private readonly read = new Rates();
  private readonly rows = new Rates();
  private readonly freshness = new HistogramWindow(freshnessWindowMs);

  constructor(names: readonly string[]) {
    this.indexes = new Map(names.map((name, index) => [name, index]));
  }

  /** A consumer has said something, as Prometheus text. */
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
    this.tellers.add(name);
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
    this.freshness.look(nowMs, histograms);
  }

  /** Messages that a consumer reads a second; undefined if it does not tell. */
  readPerSecond(name: string): number | undefined {
    const index = this.indexes.get(name);
    return index === undefined || !this.tellers.has(name) ? undefined : this.read.perSecond(index);
  }

  /** Rows that all lakes commit a second. */
  get rowsPerSecond(): number {
    return [...this.indexes.values()].reduce((sum, index) => sum + this.rows.perSecond(index), 0);
  }

  /** How fresh rows were that all lakes committed in the last five minutes; undefined if there were none. */
  get freshnessMs(): Quantiles | undefined {
    const counted = this.freshness.counted;
    if (counted === undefined) return undefined;
    const quantile = (share: number) => Math.round(quantileOf(counted, share) * 1_000);
    return { p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) };
  }
}
