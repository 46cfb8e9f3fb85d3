import type * as pulumi from "@pulumi/pulumi";
import { containerName, type Role } from "../../model/names";
import { type Addresses, type StackPlan, volumesOf, workloadsOf } from "../../plan/stack";
import { instancesOf } from "../../plan/workload";

/** Names and labels of a stack's things on the engine. Each is called `kafka-iot-sim-<stack>-<name within the stack>`. */

/** In a stack's network containers reach each other by their names. */
export const dockerAddresses: Addresses = containerName;

/** The name of a stack's network. */
export const networkName = (stack: string) => containerName(stack, "network");

/** The name within its stack of a container or volume; undefined if the stack would not call anything so. */
export function nameInStack(stack: string, name: string): string | undefined {
  const prefix = containerName(stack, "");
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}

/** The names that a plan's volumes have on the engine. */
export function plannedVolumes(plan: StackPlan): string[] {
  return volumesOf(plan).map((volume) => containerName(plan.stack, volume));
}

/** The names that a plan's containers, network and volumes have on the engine. */
export function plannedNames(plan: StackPlan): ReadonlySet<string> {
  const containers = workloadsOf(plan)
    .flatMap((workload) => instancesOf(workload))
    .map(({ name }) => containerName(plan.stack, name));
  return new Set([networkName(plan.stack), ...containers, ...plannedVolumes(plan)]);
}

/** Labels of everything that a stack has on the engine: the stack's name, and the id of the Pulumi state that made it. */
export const labelOfStack = "kafka-iot-sim.stack";
export const labelOfState = "kafka-iot-sim.state";

/** Labels of a stack's networks and volumes, and with a role those of its containers. */
export function stackLabels(stack: string, role?: Role): Record<string, string> {
  return { ...(role && { "kafka-iot-sim.role": role }), [labelOfStack]: stack };
}

/** The stack and the Pulumi state that own a thing on the engine. */
export interface Owner {
  readonly stack: string;
  /** The id of the Pulumi state: another state may have a stack of the same name. */
  readonly mark: pulumi.Input<string>;
}

/** The labels of a stack's resource, in the form that the Docker provider takes. */
export function dockerLabels(
  { stack, mark }: Owner,
  role?: Role,
): { label: string; value: pulumi.Input<string> }[] {
  const labels = { ...stackLabels(stack, role), [labelOfState]: mark };
  return Object.entries(labels).map(([label, value]) => ({ label, value }));
}
