import type { StateFrame } from "../../contract/frames/frames";
import type { Container } from "../setup/containers.mjs";
import type { Restarts } from "./restarts";

/** All that is known of a stack at one moment. */
export interface Snapshot {
  readonly stack: string;
  readonly nowMs: number;
  readonly containers: readonly Container[];
  /** Of all containers that are not devices'. */
  readonly restarts: readonly Restarts[];
  /** What the dashboard sees; undefined if nobody tells. */
  readonly state: StateFrame | undefined;
  /** Why nobody tells, one line. */
  readonly stateProblem?: string;
}

/** How a container does, by what Docker says of it: `starting` has not shown yet that it works. */
export type ContainerCondition = "healthy" | "starting" | "bad";

/** Containers that end when their work is done. */
const oneShotRoles = ["topic-init", "broker-sync"];

/** Judges a container by its status in Docker's words, such as `Up 5 seconds (healthy)` or `Exited (0) 2 minutes ago`. */
export function conditionOf({ role, status }: Container): ContainerCondition {
  if (oneShotRoles.includes(role))
    return status.startsWith("Exited (0)") ? "healthy" : status.startsWith("Up") ? "starting" : "bad";
  if (!status.startsWith("Up")) return "bad";
  if (status.includes("(healthy)")) return "healthy";
  return status.includes("(health: starting)") ? "starting" : "bad";
}
