import type { z } from "zod";
import type { Problem } from "../../contract/problems";
import { prometheusType } from "../../contract/consumer-types";
import type { PortKey } from "../model/spec";
import type { StackConfig } from "./schema";

type Config = z.output<typeof StackConfig>;
type Consumer = Config["consumers"][number];

/** The keys that decide what is published on the host, as far as they could be read. */
type PublishedKeys = Partial<Pick<Config, "brokers" | "consumers" | PortKey>>;

/** The types of consumers that are published on the host, of which there is one container a stack: each with the key of its port. */
const portKeys: Readonly<Partial<Record<Consumer["type"], PortKey>>> = {
  dashboard: "dashboardPort",
  [prometheusType]: "prometheusPort",
};

/** Consumers of which there would be several, and that have one port. */
export function publishedConsumerProblems(
  { consumers = [] }: PublishedKeys,
  raw: Readonly<Record<string, unknown>>,
): Problem[] {
  return consumers.flatMap(({ type, replicas }, index): Problem[] => {
    const key = portKeys[type];
    if (key === undefined) return [];
    const path = `consumers[${index}]`;
    const first = consumers.findIndex((each) => each.type === type);
    const found = (raw["consumers"] as readonly unknown[] | undefined)?.[index];
    const remedy = `remove it: a stack has one ${type}, which is published at ${key}, and consumers[${first}] is it`;
    return [
      ...(first === index ? [] : [{ path, found, remedy }]),
      ...(replicas === 1
        ? []
        : [
            {
              path: `${path}.replicas`,
              found: replicas,
              remedy: `remove it: a ${type} is one container, which is published at ${key}`,
            },
          ]),
    ];
  });
}

/** Whether an item of the list of consumers is told of as one too many of its type. */
export function isOneTooMany(list: readonly unknown[], index: number): boolean {
  const typeOf = (item: unknown) => (item as { readonly type?: unknown } | null)?.type;
  const type = typeOf(list[index]);
  return (
    typeof type === "string" && type in portKeys && list.findIndex((item) => typeOf(item) === type) < index
  );
}

/** Ports of the host that there are not, or that two would have. */
export function portProblems(keys: PublishedKeys): Problem[] {
  const { brokers, hostPort, consumers = [] } = keys;
  if (brokers === undefined || hostPort === undefined) return [];
  const last = hostPort + brokers - 1;
  if (last > 65_535) {
    const remedy = `lower it to at most ${65_536 - brokers}, so that all ${brokers} brokers get a port`;
    return [{ path: "hostPort", found: hostPort, remedy }];
  }
  const taken = new Map<number, string>();
  const shown = brokers === 1 ? `${hostPort}` : `${hostPort} to ${last}`;
  for (let port = hostPort; port <= last; port++) taken.set(port, `which brokers have (hostPort: ${shown})`);
  return [...new Set(consumers.map(({ type }) => portKeys[type]))].flatMap((key): Problem[] => {
    const port = key && keys[key];
    if (key === undefined || port === undefined) return [];
    const owner = taken.get(port);
    taken.set(port, `which ${key} is`);
    return owner === undefined
      ? []
      : [{ path: key, found: port, remedy: `set it to another than ${port}, ${owner}` }];
  });
}
