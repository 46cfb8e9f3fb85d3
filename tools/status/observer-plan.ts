import type { StateFrame } from "../../contract/frames/frames";
import type { StackSpec } from "../../infra/model/spec";
import { appDefaults } from "../../infra/plan/apps";
import { consumerDeployments } from "../../infra/plan/consumer-types";
import { consumerGroup, sensorsRead, topicsRead } from "../../infra/model/consumer-reads";
import { containerName } from "../../infra/model/names";
import { planStackMap } from "../../infra/model/stack-map";
import type { StackPlan } from "../../infra/plan/stack";

/** What a container is called that looks at a stack for `npm run status`; several may look at once. */
export function observerName(stack: string, processId: number): string {
  return containerName(stack, `status-${processId}`);
}

/**
 * The arguments of `docker` that look at a stack as its dashboard would: in its network, with the lake's volume, without a port.
 * @param image of the stack's apps, which has the dashboard's program.
 */
export function observerArguments(
  spec: StackSpec,
  plan: Pick<StackPlan, "network" | "lake">,
  image: string,
  name: string,
): string[] {
  const memoryMegabytes = consumerDeployments.dashboard.memoryMegabytes(sensorsRead({}, spec.devices));
  const options = [
    ...["--name", name, "--network", plan.network, "--user", "node", "--read-only"],
    ...["--tmpfs", "/tmp:rw,noexec,nosuid,size=16m", "--cap-drop", "ALL"],
    ...["--security-opt", "no-new-privileges:true", "--log-driver", "none"],
    ...["--memory", `${memoryMegabytes}m`, "--memory-swap", `${memoryMegabytes}m`],
    ...["--volume", `${plan.lake.volume}:${plan.lake.mountPath}:ro`],
  ];
  const variables = observerEnvironment(spec).flatMap((line) => ["--env", line]);
  return ["run", "--rm", "--init", ...options, ...variables, image, "node", "/app/dashboard.js"];
}

function observerEnvironment(spec: StackSpec): string[] {
  const common = {
    ...appDefaults,
    CONSUMER_NAME: "status",
    CONSUMER_GROUP: consumerGroup("status"),
    CONSUMER_TOPICS: topicsRead({}, spec.devices),
  };
  const allTopics = topicsRead({}, spec.devices);
  const environment = consumerDeployments.dashboard.environment(common, {
    allTopics,
    lake: spec.lake,
    map: planStackMap(spec),
  });
  return [...environment, "DASHBOARD_PRINTS=true"];
}

/** Whether an observer has looked at everything once: containers, topics, and what groups have committed. */
export function isSettled({ overview }: StateFrame): boolean {
  const { brokers, coordinators, consumers, deviceContainers, totals, conservation } = overview;
  const nodes = [...brokers, ...coordinators, ...consumers, ...deviceContainers.shown];
  return (
    nodes.every(({ condition }) => condition !== "unknown") &&
    totals.partitions >= totals.topics &&
    consumers.every(({ group, lag }) => group === undefined || lag !== null) &&
    conservation.waitingFor === undefined &&
    conservation.topicsRead === 1 &&
    conservation.tableRead === 1
  );
}
