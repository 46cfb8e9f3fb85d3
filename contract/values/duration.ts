import { z } from "zod";

/** Milliseconds. Settings of models and faults have their durations in this unit, whatever form they were written in. */
export type Milliseconds = number;

/**
 * How a setting that is a duration is read: from text such as `"5m"` in a stack's configuration, from whole milliseconds in a
 * container's environment. Schemas of settings take it as an argument, so that both ends share one schema.
 */
export type DurationField = (minimumMs: Milliseconds, maximumMs: Milliseconds) => z.ZodType<Milliseconds>;

/** A duration as a container's environment has it: whole milliseconds within bounds. */
export const milliseconds = (minimumMs: Milliseconds, maximumMs: Milliseconds) => {
  const remedy = `write whole milliseconds from ${minimumMs} to ${maximumMs}`;
  return z.int(remedy).min(minimumMs, remedy).max(maximumMs, remedy);
};

export const secondMs: Milliseconds = 1_000;
export const minuteMs: Milliseconds = 60_000;
export const hourMs: Milliseconds = 3_600_000;
export const dayMs: Milliseconds = 86_400_000;
export const yearMs: Milliseconds = 365 * dayMs;
