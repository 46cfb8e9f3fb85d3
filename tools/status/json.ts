import { conditionOf, type Snapshot } from "./snapshot";
import { troublesOf } from "./troubles";

/** The same for programs, as one line; times in milliseconds since 1970. */
export function statusJson(snapshot: Snapshot): string {
  const { stack, nowMs, containers, state, stateProblem } = snapshot;
  const troubles = troublesOf(snapshot);
  return JSON.stringify({
    stack,
    nowMs,
    healthy: troubles.length === 0,
    troubles,
    containers: containers.map((container) => ({ ...container, condition: conditionOf(container) })),
    state: state ?? null,
    ...(stateProblem !== undefined && { stateProblem }),
  });
}
