import { containerName, type Role } from "../../model/names";
import { hostPortOf, type StackPlan, workloadsOf } from "../../plan/stack";
import { instancesOf, type Workload } from "../../plan/workload";
import type { StackOutputs } from "../target";

/** The order in which roles are shown. */
const roles: readonly Role[] = [
  "zookeeper",
  "controller",
  "broker",
  "broker-sync",
  "topic-init",
  "device",
  "consumer",
];
/** Roles that are shown even if the stack has no container of them. */
const alwaysShown: readonly Role[] = ["broker", "topic-init", "device", "consumer"];

/** The outputs of a stack, all of them known from its plan. */
export function stackOutputs(plan: StackPlan): StackOutputs {
  const { stack, lake, prometheus } = plan;
  const dashboard = plan.consumers.find(({ type }) => type === "dashboard");
  const byRole = Map.groupBy(
    workloadsOf(plan).flatMap((workload) => instancesOf(workload)),
    ({ role }) => role,
  );
  const containers = (role: Role) => (byRole.get(role) ?? []).map(({ name }) => containerName(stack, name));
  return {
    bootstrapServers: plan.brokers.map((broker) => broker.externalAddress).join(","),
    topics: plan.topicInit.settings.TOPIC_INIT_TOPICS.map((topic) => topic.name),
    devices: plan.deviceNames,
    containers: Object.fromEntries(
      roles
        .filter((role) => byRole.has(role) || alwaysShown.includes(role))
        .map((role) => [role, containers(role)]),
    ),
    lake: {
      volume: containerName(stack, lake.volume),
      table: lake.table,
      deadLetters: lake.deadLetters,
    },
    ...(dashboard && { dashboard: addressOf(dashboard) }),
    ...(prometheus && { prometheus: addressOf(prometheus) }),
  };
}

function addressOf(workload: Workload): string {
  return `http://127.0.0.1:${hostPortOf(workload)}`;
}
