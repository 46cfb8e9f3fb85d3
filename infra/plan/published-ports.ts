import type { PortKey } from "../model/spec";
import type { StackPlan } from "./stack";

/** Ports of 127.0.0.1 in a row, at which containers are published, one each, in their order. */
export interface PublishedPorts {
  readonly key: PortKey;
  readonly first: number;
  readonly containers: readonly string[];
}

/** Where a plan's containers are published on the host. */
export function publishedPorts({
  brokers,
  consumers,
  prometheus,
}: Pick<StackPlan, "brokers" | "consumers" | "prometheus">): PublishedPorts[] {
  const dashboard = consumers.find(({ type }) => type === "dashboard");
  return [
    {
      key: "hostPort",
      first: brokers[0]?.hostPort ?? 0,
      containers: brokers.map(({ container }) => container),
    },
    ...[
      { key: "dashboardPort" as const, plan: dashboard },
      { key: "prometheusPort" as const, plan: prometheus },
    ].flatMap(({ key, plan }) =>
      plan?.port === undefined ? [] : [{ key, first: plan.port.host, containers: [plan.container] }],
    ),
  ];
}
