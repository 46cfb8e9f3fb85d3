import { showDuration } from "../../apps/shared/text";
import type { StateFrame } from "../../contract/frames/frames";
import { docker } from "../lake/docker";
import { type Container, containerPrefix } from "../setup/containers.mjs";

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

/** How often the engine has started a container again because it had ended by itself. */
export interface Restarts {
  /** Without the stack's prefix. */
  readonly name: string;
  readonly count: number;
  /** When it was started last. */
  readonly startedMs: number;
}

/** A container that has just come back has shown nothing yet: it may end again. */
const isNewForMs = 30_000;
/** Looking into a thousand containers of devices would take seconds; how they do is asked of themselves. */
const withoutRoles = ["device", "topic-init", "broker-sync"];

/** Asks the engine. Containers that are gone by then are left out. */
export async function restartsOf(stack: string, containers: readonly Container[]): Promise<Restarts[]> {
  const names = containers.filter(({ role }) => !withoutRoles.includes(role)).map(({ name }) => name);
  if (names.length === 0) return [];
  const format = "{{.Name}}\t{{.RestartCount}}\t{{.State.StartedAt}}";
  const paths = names.map((name) => `${containerPrefix(stack)}${name}`);
  const output = await docker(["container", "inspect", "--format", format, ...paths]).catch(() => undefined);
  return output === undefined ? [] : parseRestarts(output.toString("utf8"), containerPrefix(stack));
}

/** @param prefix what the names of all containers of the stack begin with */
export function parseRestarts(text: string, prefix: string): Restarts[] {
  return text.split("\n").flatMap((line) => {
    const [path = "", count = "", started = ""] = line.split("\t");
    const name = path.replace(/^\//, "");
    const startedMs = Date.parse(started);
    if (!name.startsWith(prefix) || Number.isNaN(startedMs)) return [];
    return [{ name: name.slice(prefix.length), count: Number(count), startedMs }];
  });
}

/** Containers that came back only just now, whatever they say of themselves. */
export function restartTroubles(restarts: readonly Restarts[], nowMs: number): string[] {
  return restarts
    .filter(({ count, startedMs }) => count > 0 && nowMs - startedMs < isNewForMs)
    .map(({ name, count, startedMs }) => {
      const times = count === 1 ? "once" : `${count} times`;
      const ago = showDuration(Math.max(0, nowMs - startedMs));
      return `${name}: has ended and was started again ${times}, the last time ${ago} ago`;
    });
}
