import { z } from "zod";
import { dayMs, type DurationField, secondMs, yearMs } from "../values/duration";
import { anyNumber, numberWithin } from "../values/number";

/** Grows by `increment` with every observation, and begins anew every `resetEvery`, counted from 1970 in UTC. */
export const counterSettings = (duration: DurationField) =>
  z.strictObject({
    type: z.literal("counter"),
    start: anyNumber().default(0),
    increment: anyNumber().default(1),
    /** How much single steps differ: with 0 each is `increment`, with 1 each is between none and two of it. */
    spread: numberWithin(0, 1).default(0),
    resetEvery: duration(secondMs, 100 * yearMs).default(dayMs),
  });
export type CounterSettings = z.output<ReturnType<typeof counterSettings>>;
