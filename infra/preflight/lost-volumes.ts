import { isNumbered } from "../model/names";
import { plannedVolumes } from "../plan/planned-names";
import type { StackPlan } from "../plan/stack";
import type { Survey } from "../targets/docker/preflight/survey";

/** What is lost with volumes that a stack had and that are gone, of those that it can do without; a line each. */
export function lostVolumes(
  plan: StackPlan,
  { volumes, state }: Pick<Survey, "volumes" | "state">,
): string[] {
  const there = new Set(volumes);
  const planned = new Set(plannedVolumes(plan));
  const lost = new Set((state.made?.volumes ?? []).filter((name) => planned.has(name) && !there.has(name)));
  return [...lost].map(
    (name) => `volume ${name} is gone and is made anew, empty: ${lossOf(plan, name, lost)}`,
  );
}

function lossOf(plan: StackPlan, volume: string, lost: ReadonlySet<string>): string {
  const { stack, brokers, controllers, zookeepers } = plan;
  if (volume === plan.lake.volume)
    return "the table is lost; the lake makes it again of all messages that the topics still have";
  if (volume === plan.prometheus?.volume) return "Prometheus' metrics are lost";
  const someKeep = (nodes: readonly { readonly dataVolume: string }[]) =>
    nodes.some(({ dataVolume }) => !lost.has(dataVolume));
  const metadata = "which topics there were is lost, and they are made anew";
  if (["-data", "-log"].some((suffix) => isNumbered(stack, "zookeeper", volume, suffix)))
    return someKeep(zookeepers) ? "its member of ZooKeeper gets its data from the others" : metadata;
  if (isNumbered(stack, "controller", volume, "-data"))
    return someKeep(controllers) ? "its controller gets the cluster's metadata from the others" : metadata;
  const lostBrokers = brokers.filter(({ dataVolume }) => lost.has(dataVolume)).length;
  return lostBrokers < fewestCopies(plan)
    ? "its broker copies the messages from the others"
    : "messages that no other broker has are lost; what the table has stays there, and the lake stops at a topic that has " +
        "lost messages: npx pulumi config set --path lake.onLostOffsets new-incarnation && npx pulumi up lets it go on";
}

function fewestCopies({ topicInit }: StackPlan): number {
  const topics = topicInit.environment.TOPIC_INIT_TOPICS;
  return Math.min(...topics.map(({ replicationFactor }) => replicationFactor));
}
