import { it } from "vitest";

/** A test that others need, because each goes on with what it has left. */
export interface Step {
  readonly name: string;
  /** How it ended; undefined if it has not run. */
  outcome: "passed" | "failed" | undefined;
}

/**
 * Declares a test that goes on from where other tests ended. It fails at once, and names what it needs, if one of those has failed or has
 * not run, as when `-t` selects it alone.
 *
 * @param needs the steps without which it cannot succeed
 * @param timeoutMs the project's own limit if it is left out
 */
export function step(
  name: string,
  needs: readonly Step[],
  run: () => Promise<void> | void,
  timeoutMs?: number,
): Step {
  const own: Step = { name, outcome: undefined };
  it(
    name,
    async () => {
      own.outcome = "failed";
      const missing = needs.find(({ outcome }) => outcome !== "passed");
      if (missing !== undefined) throw new Error(needOf(missing));
      await run();
      own.outcome = "passed";
    },
    timeoutMs,
  );
  return own;
}

function needOf({ name, outcome }: Step): string {
  const state = outcome === "failed" ? "which has failed" : "which has not run: run the whole file";
  return `needs the step "${name}", ${state}`;
}
