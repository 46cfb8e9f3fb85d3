import type { Role } from "./model/names";
import type { StackPlan } from "./plan/stack";

/** What `pulumi stack output` shows. */
export interface StackOutputs {
  /** Where programs on the host find the cluster, as Kafka's `bootstrap.servers`. */
  readonly bootstrapServers: string;
  readonly topics: readonly string[];
  /** Names of the devices, those of a group as `meter-{1..5000}`. */
  readonly devices: readonly string[];
  /** Names of the containers by their role, of those roles that there are. */
  readonly containers: Readonly<Partial<Record<Role, readonly string[]>>>;
  /** Where the tables lie: the volume, and the paths in a container that mounts it. */
  readonly lake: { readonly volume: string; readonly table: string; readonly deadLetters: string };
  /** Where a browser on the host finds the dashboard; absent without one. */
  readonly dashboard?: string;
  /** Where it finds Prometheus; absent without one. */
  readonly prometheus?: string;
}

/** What is told of a stack, all of it known from its plan. */
export function stackOutputs(plan: StackPlan): StackOutputs {
  const containers = (parts: readonly { readonly container: string }[]) =>
    parts.map((part) => part.container);
  const { prometheus } = plan;
  const dashboard = plan.consumers.find(({ type }) => type === "dashboard");
  return {
    bootstrapServers: plan.brokers.map((broker) => broker.externalAddress).join(","),
    topics: plan.topicInit.environment.TOPIC_INIT_TOPICS.map((topic) => topic.name),
    devices: plan.deviceNames,
    containers: {
      ...(plan.zookeepers.length > 0 && { zookeeper: containers(plan.zookeepers) }),
      ...(plan.controllers.length > 0 && { controller: containers(plan.controllers) }),
      broker: containers(plan.brokers),
      ...(plan.brokerSyncs.length > 0 && { "broker-sync": containers(plan.brokerSyncs) }),
      "topic-init": [plan.topicInit.container],
      device: containers(plan.devices),
      consumer: containers([...plan.consumers, ...(prometheus ? [prometheus] : [])]),
    },
    lake: { volume: plan.lake.volume, table: plan.lake.table, deadLetters: plan.lake.deadLetters },
    ...(dashboard?.port && { dashboard: addressOf(dashboard.port) }),
    ...(prometheus && { prometheus: addressOf(prometheus.port) }),
  };
}

function addressOf(port: { readonly host: number }): string {
  return `http://127.0.0.1:${port.host}`;
}
