import { collectDefaultMetrics, type Registry } from "prom-client";

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
