import { prometheusType } from "../../../contract/consumer-types";
import type { Problem } from "../../../contract/problems";
import type { ConsumerSpec, PortKey } from "../../model/spec";
import { type ParsedConfig, problemWith } from "../parsed-config";

/** The types of consumers that are published on the host, with the keys of their ports. A stack has one container of each. */
const portKeys: Readonly<Partial<Record<ConsumerSpec["type"], PortKey>>> = {
  dashboard: "dashboardPort",
  [prometheusType]: "prometheusPort",
};

/** Several consumers that would have one port. */
export function publishedConsumerProblems({ consumers = [] }: ParsedConfig): Problem[] {
  return consumers.flatMap((consumer): Problem[] => {
    const { type } = consumer.value;
    const key = portKeys[type];
    if (key === undefined) return [];
    const first = consumers.find(({ value }) => value.type === type);
    const remedy = `remove it: a stack has only one ${type}, which is published at ${key}; ${first?.path ?? ""} is already one`;
    return [
      ...(first === consumer ? [] : [problemWith(consumer, remedy)]),
      ...(consumer.value.replicas === 1
        ? []
        : [
            problemWith(
              consumer.replicas,
              `remove it: a ${type} is one container, which is published at ${key}`,
            ),
          ]),
    ];
  });
}

/** Whether {@link publishedConsumerProblems} reports an item of the list of consumers as one too many of its type. */
export function isOneTooMany(list: readonly unknown[], index: number): boolean {
  const typeOf = (item: unknown) => (item as { readonly type?: unknown } | null)?.type;
  const type = typeOf(list[index]);
  return (
    typeof type === "string" && type in portKeys && list.findIndex((item) => typeOf(item) === type) < index
  );
}

const maxPort = 65_535;

/** Ports of the host that do not exist, or that two containers would have. */
export function portProblems(config: ParsedConfig): Problem[] {
  const { brokers, hostPort, consumers = [] } = config;
  if (brokers === undefined || hostPort === undefined) return [];
  const last = hostPort.value + brokers.value - 1;
  if (last > maxPort) {
    const remedy = `lower it to at most ${maxPort + 1 - brokers.value}, so that all ${brokers.value} brokers get a port`;
    return [problemWith(hostPort, remedy)];
  }
  const taken = new Map<number, string>();
  const shown = brokers.value === 1 ? `${hostPort.value}` : `${hostPort.value} to ${last}`;
  for (let port = hostPort.value; port <= last; port++)
    taken.set(port, `the brokers have (hostPort: ${shown})`);
  return [...new Set(consumers.map(({ value }) => portKeys[value.type]))].flatMap((key): Problem[] => {
    const port = key && config[key];
    if (port === undefined) return [];
    const owner = taken.get(port.value);
    taken.set(port.value, `${key} has`);
    return owner === undefined
      ? []
      : [problemWith(port, `set it to another port than ${port.value}, which ${owner}`)];
  });
}
