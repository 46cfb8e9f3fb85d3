import { metricsPath, metricsPort } from "../../contract/metrics";
import { prometheusType } from "../../contract/consumer-types";
import { prometheusContainerPort } from "../../contract/ports";
import type { Role } from "../model/names";

/** A container that Prometheus asks for its metrics. */
export interface ScrapeTarget {
  /** What it is within its stack. */
  readonly name: string;
  readonly role: Role;
  /** Of a consumer: its type. */
  readonly type?: string;
  /** Its host name in the stack's network. */
  readonly container: string;
}

/** How long it may be from one question to the next, in seconds: no shorter than people look, no longer than Prometheus keeps a value. */
const intervalsSeconds = [5, 10, 15, 30, 60] as const;
/** A container takes about a millisecond of a processor to answer, and Prometheus as long again. */
const maxScrapesPerSecond = 20;

/** How often so many targets are asked: often enough to see what happens, and never so often that asking is what the machine does. */
export function scrapeIntervalSeconds(targets: number): number {
  return intervalsSeconds.find((interval) => targets / interval <= maxScrapesPerSecond) ?? 60;
}

/**
 * Plans Prometheus' configuration file: every target by its name, since all are known beforehand. It is JSON, which is YAML too.
 * @param self what Prometheus is within its stack; it tells its own metrics too.
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/
 */
export function planScrapeConfig(stack: string, self: string, targets: readonly ScrapeTarget[]): string {
  const interval = scrapeIntervalSeconds(targets.length);
  const config = {
    global: { scrape_interval: `${interval}s`, scrape_timeout: `${Math.min(interval, 10)}s` },
    scrape_configs: [
      {
        job_name: "kafka-iot-sim",
        metrics_path: metricsPath,
        // What the dashboard says of containers names them in the same labels, which must not become those of the dashboard.
        honor_labels: true,
        static_configs: targets.map(({ name, role, type, container }) => ({
          targets: [`${container}:${metricsPort}`],
          labels: { stack, role, name, ...(type !== undefined && { type }) },
        })),
      },
      {
        job_name: prometheusType,
        static_configs: [
          {
            targets: [`localhost:${prometheusContainerPort}`],
            labels: { stack, role: "consumer", name: self, type: prometheusType },
          },
        ],
      },
    ],
  };
  return `${JSON.stringify(config, undefined, 1)}\n`;
}
