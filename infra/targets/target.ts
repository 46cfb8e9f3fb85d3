import type { Problem } from "../../contract/problems";
import type { Role } from "../model/names";
import type { StackSpec } from "../model/spec";
import type { Addresses, StackPlan } from "../plan/stack";

/** What runs a stack, such as a Docker engine. A plan is the same for all targets; a target decides how it becomes true. */
export interface Target {
  /** Where workloads find each other on this target. */
  readonly addresses: Addresses;
  /** Looks for everything that a plan needs, and for what is there of the stack already. Changes nothing. */
  readonly survey: (plan: StackPlan, config: CheckedConfig, state: StateResources) => Promise<Survey>;
  readonly outputs: (plan: StackPlan) => StackOutputs;
}

/** The configuration that a plan was made from. */
export interface CheckedConfig {
  readonly spec: StackSpec;
  /** Keys that could not be read: the specification has their defaults instead, so a target reports no problem with them. */
  readonly unread: ReadonlySet<string>;
}

/** The findings of a target about a plan. */
export interface Survey {
  /** Reasons for which the plan cannot become true. */
  readonly problems: readonly Problem[];
  /** Sentences about what is lost or unusual, but does not prevent the plan. */
  readonly warnings: readonly string[];
  /** Declares every resource of the plan, so that those that work are changed one at a time. Only for a plan without problems. */
  readonly create: () => Promise<void>;
}

/** A resource as a Pulumi state lists it. */
export interface StateResource {
  readonly type: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The resources of a Pulumi state by their URNs. */
export type StateResources = ReadonlyMap<string, StateResource>;

/** What `pulumi stack output` shows. */
export interface StackOutputs {
  /** Where programs on the user's machine find the cluster, as Kafka's `bootstrap.servers`. */
  readonly bootstrapServers: string;
  readonly topics: readonly string[];
  /** Names of the devices, those of a group as `meter-{1..5000}`. */
  readonly devices: readonly string[];
  /** Names of the containers by their role, without roles that the stack does not have. */
  readonly containers: Readonly<Partial<Record<Role, readonly string[]>>>;
  /** The volume of the tables, and their paths in a container that mounts it. */
  readonly lake: { readonly volume: string; readonly table: string; readonly deadLetters: string };
  /** Where a browser on the user's machine finds the dashboard; absent without one. */
  readonly dashboard?: string;
  /** Where it finds Prometheus; absent without one. */
  readonly prometheus?: string;
}
