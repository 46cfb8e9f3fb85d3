import { verdictOf } from "../../contract/frames/verdict";
import { conditionOf, type Snapshot } from "./snapshot";
import { timeOfDay, troublesOf } from "./troubles";

/** The same for programs, as one line; times in milliseconds since 1970. */
export function statusJson(snapshot: Snapshot): string {
  const { stack, nowMs, containers, restarts, state, stateProblem } = snapshot;
  const troubles = troublesOf(snapshot);
  return JSON.stringify({
    stack,
    nowMs,
    healthy: troubles.length === 0,
    troubles,
    proof:
      state === undefined
        ? null
        : verdictOf(state.overview.conservation, { gapCount: state.gapCount, clock: timeOfDay }),
    containers: containers.map((container) => ({
      ...container,
      condition: conditionOf(container),
      ...restartsIn(restarts, container.name),
    })),
    state: state ?? null,
    ...(stateProblem !== undefined && { stateProblem }),
  });
}

function restartsIn(restarts: Snapshot["restarts"], name: string) {
  const found = restarts.find((one) => one.name === name);
  return found && { restarts: found.count, startedMs: found.startedMs };
}
