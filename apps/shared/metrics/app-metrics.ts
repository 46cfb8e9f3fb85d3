import { collectDefaultMetrics, type Metric, Registry } from "prom-client";
import type { MetricDescription } from "../../../contract/metrics";
import type { BucketCounts } from "./distribution";

type Described<Type extends MetricDescription["type"]> = MetricDescription & { readonly type: Type };

/** The current value of a metric: a number or, with labels, a number for each set of labels; undefined while it is unknown. */
export type Reading<Description> = Description extends {
  readonly labels: readonly (infer Label extends string)[];
}
  ? Iterable<{ readonly labels: Readonly<Record<Label, string | number>>; readonly value: number }>
  : number | undefined;

interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * The metrics of an app, made from their descriptions in the contract. Each is read from counts that the app keeps anyway, and only at a
 * request, so metrics cost nothing on hot paths.
 */
export class AppMetrics {
  readonly registry = new Registry();

  /** @param read the count since the app's start */
  counter<Description extends Described<"counter">>(
    description: Description,
    read: () => Reading<Description>,
  ): void {
    this.register(description, () => samplesOf(read()));
  }

  gauge<Description extends Described<"gauge">>(
    description: Description,
    read: () => Reading<Description>,
  ): void {
    this.register(description, () => samplesOf(read()));
  }

  /** @param read counts of the description's buckets since the app's start */
  histogram(
    description: Described<"histogram"> & Required<Pick<MetricDescription, "buckets">>,
    read: () => BucketCounts,
  ): void {
    this.register(description, () => histogramSamples(description, read()));
  }

  /** All metrics as Prometheus text. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  private register({ name, help, type }: MetricDescription, read: () => Sample[]): void {
    const metric = { name, help, type, get: () => ({ name, help, type, values: read() }) };
    // prom-client accepts any object with `get`. Its own classes would need a call for each change.
    this.registry.registerMetric(metric as unknown as Metric);
  }
}

function samplesOf(reading: number | undefined | Iterable<Sample>): Sample[] {
  if (reading === undefined) return [];
  return typeof reading === "number" ? [{ labels: {}, value: reading }] : [...reading];
}

/** Buckets are cumulative, and the last one has no bound: https://prometheus.io/docs/instrumenting/exposition_formats/#histograms-and-summaries */
function histogramSamples(
  { name, buckets }: Required<Pick<MetricDescription, "name" | "buckets">>,
  { counts, sum }: BucketCounts,
): Sample[] {
  let count = 0;
  const samples = [...buckets, "+Inf"].map((le, bucket) => {
    count += counts[bucket] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le }, value: count };
  });
  return [
    ...samples,
    { metricName: `${name}_sum`, labels: {}, value: sum },
    { metricName: `${name}_count`, labels: {}, value: count },
  ];
}

/** The longest delay of a timer. */
const neverMs = 2 ** 31 - 1;

/** The figures that prom-client derives from permanent monitoring of the event loop. */
const watched = ["min", "max", "mean", "stddev", "p50", "p90", "p99"];

/**
 * Collects prom-client's metrics of any Node process: processor, memory, file descriptors, garbage collection. By default, prom-client also
 * wakes the process a hundred times a second to measure the lag of the event loop, which takes 0.8 % of a core: as much as everything else
 * in a container of one device. Only the lag at the time of a request stays.
 */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: neverMs });
  for (const figure of watched) registry.removeSingleMetric(`nodejs_eventloop_lag_${figure}_seconds`);
}
