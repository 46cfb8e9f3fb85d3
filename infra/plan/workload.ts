import type { Role } from "../model/names";

/** The image that a workload runs. A target decides how it gets each of them. */
export type ImageRole = "kafka" | "zookeeper" | "app" | "prometheus";

/** A question that a target asks a workload again and again. It must be cheap: it starts neither a JVM nor Node. */
export type Probe =
  /** The workload answers with status 200. */
  | { readonly http: { readonly port: number; readonly path: string } }
  /** The workload accepts a connection. */
  | { readonly tcp: { readonly port: number } }
  /** A command inside the workload ends with 0. */
  | { readonly command: readonly string[] };

/** How a target finds out that a workload does its work. */
export interface Readiness {
  readonly probe: Probe;
  /** The longest that a start may take, in seconds; an update that waits longer fails. */
  readonly startTimeoutSeconds: number;
}

/** A port at which a workload listens. */
export interface WorkloadPort {
  readonly name: string;
  readonly port: number;
  /** The port of 127.0.0.1 at which programs on the user's machine reach it; absent if only the stack's workloads do. */
  readonly hostPort?: number;
}

/** A volume of a workload. Volumes keep their data when the workload is replaced or removed. */
export interface WorkloadVolume {
  /** The volume's name within the stack, such as `broker-1-data`. Workloads with the same name share the volume. */
  readonly name: string;
  readonly path: string;
  readonly readOnly?: boolean;
}

/** A directory in memory that a workload can write to. Its content goes with the workload. */
export interface ScratchDirectory {
  readonly path: string;
  readonly megabytes: number;
}

/** A file that a workload reads, such as its configuration. */
export interface WorkloadFile {
  readonly path: string;
  readonly content: string;
}

/** A value of the environment that exists only once a target makes the stack. */
export type LateValue =
  /** The id of the stack's KRaft cluster. A target makes it with the stack and keeps it. */
  | { readonly kind: "cluster-id" }
  /** An id of what runs a workload at present. It changes whenever the target replaces that. */
  | { readonly kind: "instance-id"; readonly of: string };

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string>>;

/** The settings in which one instance of a workload differs from the others. */
export interface Shard {
  readonly name: string;
  /** Overlays the workload's environment. */
  readonly environment: Variables;
  readonly memoryMegabytes?: number;
  readonly expectedMegabytes?: number;
}

/** Equal instances of one workload that share its work. */
export interface Shards {
  readonly count: number;
  /** The settings of a shard follow from its number, 1 to `count`, and do not depend on `count` but for the last one. */
  readonly settingsOf: (number: number) => Shard;
}

/** What is true of a program of a stack wherever it runs. A target decides how it runs there. */
export interface Workload {
  /** Its name within the stack, such as `broker-1`. Targets derive their names from it. */
  readonly name: string;
  readonly role: Role;
  readonly image: ImageRole;
  /** Replaces the image's own command (Docker's CMD, the `args` of a Kubernetes container). */
  readonly command?: readonly string[];
  /** The user inside the container; it is never root. */
  readonly user: string;
  readonly environment: Variables;
  /** Further variables, whose values the plan cannot know. */
  readonly lateEnvironment?: Readonly<Record<string, LateValue>>;
  /** Hard limit, in megabytes (2^20 bytes). */
  readonly memoryMegabytes: number;
  /** What it has resident when it works, in megabytes; absent for a workload that runs once. */
  readonly expectedMegabytes?: number;
  readonly ports: readonly WorkloadPort[];
  /** A name that it shares with others in the stack's network: clients that look it up find one of them. */
  readonly sharedName?: string;
  /** It announces its own host name to others, so that must be the name by which they reach it. */
  readonly announcesHostName?: boolean;
  /** Absent for a workload that runs once. */
  readonly ready?: Readiness;
  readonly volumes: readonly WorkloadVolume[];
  readonly scratch: readonly ScratchDirectory[];
  readonly files: readonly WorkloadFile[];
  /** It writes nowhere but to its volumes and scratch directories. */
  readonly readOnlyRoot: boolean;
  /** How long it may take to end after SIGTERM, in seconds. */
  readonly stopGraceSeconds: number;
  /** `always`: it is started again whenever it ends. `once`: it runs to its end within each update that changes it. */
  readonly runs: "always" | "once";
  /** Names of the workloads that must be ready, or have ended well, before this one is made or changed. */
  readonly after: readonly string[];
  /** A change touches at most one workload of this role at a time. */
  readonly rollsOneAtATime: boolean;
  /** Absent if there is one instance. */
  readonly shards?: Shards;
}

/** The fields that most workloads have in common. */
export const commonWorkload = {
  ports: [],
  volumes: [],
  scratch: [],
  files: [],
  runs: "always",
  after: [],
  rollsOneAtATime: false,
} as const satisfies Partial<Workload>;

/** One instance of a workload. */
export type Instance<Kind extends Workload = Workload> = Omit<Kind, "shards">;

/** Resolves the shards of a workload: one instance for each of them, in their order. */
export function instancesOf<Kind extends Workload>(workload: Kind): Instance<Kind>[] {
  const { shards, ...common } = workload;
  if (shards === undefined) return [common];
  return Array.from({ length: shards.count }, (_, index): Instance<Kind> => {
    const { environment, ...settings } = shards.settingsOf(index + 1);
    return { ...common, ...settings, environment: { ...workload.environment, ...environment } };
  });
}
