import { z } from "zod";
import { type DurationField, hourMs, yearMs } from "../values/duration";
import { anyNumber, numberFromZero } from "../values/number";

/** A sine wave around `mean`. */
export const sineSettings = (duration: DurationField) =>
  z.strictObject({
    type: z.literal("sine"),
    mean: anyNumber().default(0),
    amplitude: anyNumber().default(1),
    period: duration(10, 100 * yearMs).default(hourMs),
    /** How long after a multiple of the period, counted from 1970 in UTC, the wave goes up through its mean. */
    phase: duration(0, 100 * yearMs).default(0),
    /** Standard deviation of what is added to each value. */
    noise: numberFromZero().default(0),
  });
export type SineSettings = z.output<ReturnType<typeof sineSettings>>;
