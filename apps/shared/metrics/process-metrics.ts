import { collectDefaultMetrics, type Registry } from "prom-client";

/** As long as a timer can wait. */
const neverMs = 2 ** 31 - 1;

/** What prom-client derives from looking at the event loop all the time. */
const watched = ["min", "max", "mean", "stddev", "p50", "p90", "p99"];

/**
 * What prom-client tells of any Node process: processor, memory, file descriptors, garbage collection. It would also wake the process a
 * hundred times a second to see how late that is, which takes 0.8 % of a core: as much as all else in a container of one device.
 * How late the event loop is at the moment of the question stays.
 */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: neverMs });
  for (const figure of watched) registry.removeSingleMetric(`nodejs_eventloop_lag_${figure}_seconds`);
}
