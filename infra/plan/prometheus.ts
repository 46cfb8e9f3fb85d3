import { prometheusType } from "../../contract/consumer-types";
import { prometheusContainerPort, prometheusHealthPath } from "../../contract/ports";
import type { StackSpec } from "../model/spec";
import { readDevices } from "../model/consumer-reads";
import type { ConsumerPlan } from "./consumers";
import type { DevicePlan } from "./devices";
import { type Role } from "../model/names";
import { metricsPath, metricsPort } from "../../contract/metrics";
import type { HostOf } from "./coordination";
import { commonWorkload, instancesOf, type Workload } from "./workload";

/** Where the image keeps its data; the directory belongs to `nobody`, as the image's documentation says. */
const dataPath = "/prometheus";
/** Where the image's documentation puts the configuration. */
const configPath = "/etc/prometheus/prometheus.yml";

/** Nobody looks back further at a simulation than a working day. */
const retention = "6h";

/** Plans Prometheus, which reads the metrics of all apps instead of Kafka; undefined if the stack has none. */
export function planPrometheus(
  spec: Pick<StackSpec, "stack" | "devices" | "consumers" | "prometheusPort">,
  devices: readonly DevicePlan[],
  consumers: readonly ConsumerPlan[],
  hostOf: HostOf,
): Workload | undefined {
  const consumer = spec.consumers.find(({ type }) => type === prometheusType);
  if (consumer === undefined) return undefined;
  const { name } = consumer;
  const read = new Set(readDevices(consumer, spec.devices).map((device) => device.name));
  const targetOf = (instance: { readonly name: string }) => ({
    name: instance.name,
    host: hostOf(instance.name),
  });
  const targets: ScrapeTarget[] = [
    ...devices
      .filter((device) => read.has(device.name))
      .flatMap(instancesOf)
      .map((device) => ({ ...targetOf(device), role: "device" as const })),
    ...consumers
      .flatMap((each) => instancesOf(each))
      .map((each) => ({ ...targetOf(each), role: "consumer" as const, type: each.type })),
  ];
  return {
    ...commonWorkload,
    name,
    role: "consumer",
    image: "prometheus",
    command: [
      `--config.file=${configPath}`,
      `--storage.tsdb.path=${dataPath}`,
      `--storage.tsdb.retention.time=${retention}`,
    ],
    user: "nobody",
    environment: {},
    // Rounded up, so that a few devices more or less do not make another container.
    memoryMegabytes: 256 + 64 * Math.ceil(targets.length / 128),
    expectedMegabytes: 80 + Math.ceil(targets.length / 4),
    ports: [{ name: "http", port: prometheusContainerPort, hostPort: spec.prometheusPort }],
    ready: {
      probe: { http: { port: prometheusContainerPort, path: prometheusHealthPath } },
      startTimeoutSeconds: 90,
    },
    volumes: [{ name: `${name}-metrics`, path: dataPath }],
    files: [{ path: configPath, content: planScrapeConfig(spec.stack, name, targets) }],
    readOnlyRoot: true,
    stopGraceSeconds: 30,
  };
}

/** A container that Prometheus asks for its metrics. */
interface ScrapeTarget {
  /** Its name within the stack. */
  readonly name: string;
  readonly role: Role;
  /** The type of a consumer. */
  readonly type?: string;
  /** Its host name in the stack's network. */
  readonly host: string;
}

/** Time between two questions, in seconds: no shorter than people look, no longer than Prometheus keeps a value. */
const intervalsSeconds = [5, 10, 15, 30, 60] as const;
/** A container takes about a millisecond of a processor to answer, and Prometheus as long again. */
const maxScrapesPerSecond = 20;

/** How often so many targets are asked: often enough to see what happens, but never so often that asking keeps the machine busy. */
export function scrapeIntervalSeconds(targets: number): number {
  return intervalsSeconds.find((interval) => targets / interval <= maxScrapesPerSecond) ?? 60;
}

/**
 * Plans Prometheus' configuration file, which names every target, since all are known beforehand. It is JSON, which is YAML too.
 * @param self Prometheus' own name within the stack; it reports its own metrics too.
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/
 */
function planScrapeConfig(stack: string, self: string, targets: readonly ScrapeTarget[]): string {
  const interval = scrapeIntervalSeconds(targets.length);
  const config = {
    global: { scrape_interval: `${interval}s`, scrape_timeout: `${Math.min(interval, 10)}s` },
    scrape_configs: [
      {
        job_name: "kafka-iot-sim",
        metrics_path: metricsPath,
        // The dashboard's metrics name containers in the same labels; these must not become the dashboard's own labels.
        honor_labels: true,
        static_configs: targets.map(({ name, role, type, host }) => ({
          targets: [`${host}:${metricsPort}`],
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
