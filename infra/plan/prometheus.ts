import { prometheusType } from "../../contract/consumer-types";
import { prometheusContainerPort } from "../../contract/ports";
import type { StackSpec } from "../model/spec";
import { readDevices } from "../model/consumer-reads";
import type { ConsumerPlan } from "./consumers";
import type { DevicePlan } from "./devices";
import { deviceRuns } from "../model/groups";
import { containerName } from "../model/names";
import { planScrapeConfig, type ScrapeTarget } from "./scrape-config";

/** The consumer that is Prometheus itself: it reads the metrics of all containers instead of Kafka. */
export interface PrometheusPlan {
  /** What it is within its stack. */
  readonly name: string;
  readonly container: string;
  readonly volume: string;
  /** Port of the container, and of 127.0.0.1 where it is published. */
  readonly port: { readonly container: number; readonly host: number };
  /** Content of its `prometheus.yml`. */
  readonly scrapeConfig: string;
  /** Arguments of the program, beside those that say where its configuration and data lie. */
  readonly arguments: readonly string[];
  readonly memoryMegabytes: number;
  readonly expectedMegabytes: number;
  readonly stopGraceSeconds: number;
}

/** Nobody looks back further at a simulation than a working day. */
const retention = "6h";

/** Plans Prometheus, which asks the containers of devices and consumers for their metrics; undefined if the stack has none. */
export function planPrometheus(
  spec: Pick<StackSpec, "stack" | "devices" | "consumers" | "prometheusPort">,
  devices: readonly DevicePlan[],
  consumers: readonly ConsumerPlan[],
): PrometheusPlan | undefined {
  const consumer = spec.consumers.find(({ type }) => type === prometheusType);
  if (consumer === undefined) return undefined;
  const container = containerName(spec.stack, consumer.name);
  const read = new Set(
    readDevices(consumer, spec.devices)
      .flatMap(deviceRuns)
      .map(({ name }) => name),
  );
  const targets: ScrapeTarget[] = [
    ...devices
      .filter(({ name }) => read.has(name))
      .map((device) => ({ ...namesOf(device), role: "device" as const })),
    ...consumers.map((each) => ({ ...namesOf(each), role: "consumer" as const, type: each.type })),
  ];
  return {
    name: consumer.name,
    container,
    volume: `${container}-metrics`,
    port: { container: prometheusContainerPort, host: spec.prometheusPort },
    scrapeConfig: planScrapeConfig(spec.stack, consumer.name, targets),
    arguments: [`--storage.tsdb.retention.time=${retention}`],
    // Rounded up, so that a few devices more or less do not make another container.
    memoryMegabytes: 256 + 64 * Math.ceil(targets.length / 128),
    expectedMegabytes: 80 + Math.ceil(targets.length / 4),
    stopGraceSeconds: 30,
  };
}

const namesOf = ({ name, container }: { readonly name: string; readonly container: string }) => ({
  name,
  container,
});
