import type { StackPlan } from "./stack";

/** The names that a plan's containers, network and volumes will have on the engine. */
export function plannedNames(plan: StackPlan): ReadonlySet<string> {
  const { zookeepers, controllers, brokers, brokerSyncs, topicInit, devices, consumers, prometheus } = plan;
  const containers = [
    ...zookeepers,
    ...controllers,
    ...brokers,
    ...brokerSyncs,
    topicInit,
    ...devices,
    ...consumers,
    ...(prometheus ? [prometheus] : []),
  ].map(({ container }) => container);
  return new Set([plan.network, ...containers, ...plannedVolumes(plan)]);
}

/** The names of a plan's volumes. */
export function plannedVolumes({
  zookeepers,
  controllers,
  brokers,
  prometheus,
  lake,
}: Pick<StackPlan, "zookeepers" | "controllers" | "brokers" | "prometheus" | "lake">): string[] {
  return [
    ...zookeepers.flatMap(({ dataVolume, logVolume }) => [dataVolume, logVolume]),
    ...[...controllers, ...brokers].map(({ dataVolume }) => dataVolume),
    ...(prometheus ? [prometheus.volume] : []),
    lake.volume,
  ];
}
