import { showDuration } from "../../apps/shared/text";
import type { StateFrame } from "../../contract/frames/frames";
import { docker } from "../lake/table/docker";
import { type Container, containerPrefix } from "../setup/containers.mjs";

/** A source of the state of a stack. */
export interface StateSource {
  /** The present state. Rejects with a reason in one line. */
  latest(): Promise<StateFrame>;
  close(): Promise<void>;
}

/** The state of a stack at one moment. */
export interface Snapshot {
  readonly stack: string;
  readonly nowMs: number;
  readonly containers: readonly Container[];
  /** Of all containers except those of devices. */
  readonly restarts: readonly Restarts[];
  /** The state by the dashboard; undefined if neither it nor an observer answers. */
  readonly state: StateFrame | undefined;
  /** Why there is no state, one line. */
  readonly stateProblem?: string;
}

/** The condition of a container by Docker's status; `starting` is not healthy yet. */
export type ContainerCondition = "healthy" | "starting" | "bad";

/** Containers that exit when their work is done. */
const oneShotRoles = ["topic-init", "broker-sync"];

/** Reads the condition from Docker's status, such as `Up 5 seconds (healthy)` or `Exited (0) 2 minutes ago`. */
export function conditionOf({ role, status }: Container): ContainerCondition {
  if (oneShotRoles.includes(role))
    return status.startsWith("Exited (0)") ? "healthy" : status.startsWith("Up") ? "starting" : "bad";
  if (!status.startsWith("Up")) return "bad";
  if (status.includes("(healthy)")) return "healthy";
  return status.includes("(health: starting)") ? "starting" : "bad";
}

/** How often the engine has restarted a container that had exited by itself. */
export interface Restarts {
  /** Without the stack's prefix. */
  readonly name: string;
  readonly count: number;
  /** The time of the last start. */
  readonly startedMs: number;
}

/** A container that has just restarted may exit again. */
const isNewForMs = 30_000;
/** Inspecting a thousand containers of devices would take seconds; the dashboard checks them. */
const withoutRoles = ["device", "topic-init", "broker-sync"];

/** Asks the engine. Containers that are gone meanwhile are left out. */
export async function restartsOf(stack: string, containers: readonly Container[]): Promise<Restarts[]> {
  const names = containers.filter(({ role }) => !withoutRoles.includes(role)).map(({ name }) => name);
  if (names.length === 0) return [];
  const format = "{{.Name}}\t{{.RestartCount}}\t{{.State.StartedAt}}";
  const paths = names.map((name) => `${containerPrefix(stack)}${name}`);
  const output = await docker(["container", "inspect", "--format", format, ...paths]).catch(() => undefined);
  return output === undefined ? [] : parseRestarts(output.toString("utf8"), containerPrefix(stack));
}

/** @param prefix of the names of all containers of the stack */
export function parseRestarts(text: string, prefix: string): Restarts[] {
  return text.split("\n").flatMap((line) => {
    const [path = "", count = "", started = ""] = line.split("\t");
    const name = path.replace(/^\//, "");
    const startedMs = Date.parse(started);
    if (!name.startsWith(prefix) || Number.isNaN(startedMs)) return [];
    return [{ name: name.slice(prefix.length), count: Number(count), startedMs }];
  });
}

/** Containers that have just restarted, whatever they report. */
export function restartTroubles(restarts: readonly Restarts[], nowMs: number): string[] {
  return restarts
    .filter(({ count, startedMs }) => count > 0 && nowMs - startedMs < isNewForMs)
    .map(({ name, count, startedMs }) => {
      const times = count === 1 ? "once" : `${count} times`;
      const ago = showDuration(Math.max(0, nowMs - startedMs));
      return `${name}: has stopped and was restarted ${times}, the last time ${ago} ago`;
    });
}
