import type { StackPlan } from "../plan/stack";

/** How a workload is: `unhealthy` runs, and its health check fails or has not answered yet. */
export type Condition = "down" | "unhealthy" | "healthy";

/** How the workloads of a stack are, by their names within the stack; those that are missing are down. */
export type Conditions = ReadonlyMap<string, Condition>;

/** Facts of a stack that cannot change while it exists, and the volumes that it has. */
export interface Made {
  readonly coordination: StackPlan["coordination"];
  readonly zookeepers: number;
  /** Controllers that are not brokers too. */
  readonly controllers: number;
  readonly volumes: readonly string[];
}

/** The plan that topic-init has carried out last. */
export interface CarriedOutPlan {
  readonly topics: readonly ExistingTopic[];
  /** Its `TOPIC_INIT_RUN`. */
  readonly run: number;
}

/** The fields of a topic that cannot be changed back. */
export interface ExistingTopic {
  readonly name: string;
  readonly partitions: number;
}

/** What there is of a stack before an update, on whatever target. All names are those within the stack. */
export interface ExistingStack {
  /** Includes workloads that are no longer planned. */
  readonly conditions: Conditions;
  readonly volumes: readonly string[];
  /** What the last update made whose brokers came up; undefined before the first one, and of earlier versions of this program. */
  readonly made: Made | undefined;
  /** An update has begun to make it, perhaps without coming to its end. */
  readonly wasBegun: boolean;
  /** Its Pulumi state knows volumes of it. */
  readonly knowsVolumes: boolean;
  /** The id of its KRaft cluster; undefined for a stack with ZooKeeper, and before the first update. */
  readonly clusterId: string | undefined;
  /** The plan that topic-init carried out last; undefined if it never did, or if nobody knows any more. */
  readonly carriedOut: CarriedOutPlan | undefined;
  /** The topics that it has, as far as they are known. */
  readonly topics: readonly ExistingTopic[] | undefined;
}

/** How users of a target see a stack's parts, and the commands that repair them. */
export interface Repairs {
  /** The name on the target of a workload or of a volume. */
  readonly nameOf: (name: string) => string;
  /** Creates an empty volume that belongs to the stack. */
  readonly createVolume: (volume: string) => string;
  /** Removes workloads and volumes. */
  readonly remove: (workloads: readonly string[], volumes: readonly string[]) => string;
}

/** Whether a name within a stack is that of a numbered part, such as `broker` 1, 2, …, or of something that belongs to one, such as `-data`. */
export function isNumbered(what: string, name: string, suffix = ""): boolean {
  const rest = name.startsWith(`${what}-`) ? name.slice(what.length + 1) : "";
  return /^\d+$/.test(rest.slice(0, rest.length - suffix.length)) && rest.endsWith(suffix);
}
