import { z } from "zod";
import { type DurationField, minuteMs, secondMs, yearMs } from "../values/duration";
import { anyNumber, numberFromZero } from "../values/number";

/**
 * A random walk that is drawn back to its mean (an Ornstein-Uhlenbeck process), thrown back at its bounds. Its course does not
 * depend on how often it is looked at.
 */
export const walkSettings = (duration: DurationField) =>
  z
    .strictObject({
      type: z.literal("walk"),
      mean: anyNumber().default(0),
      /** Standard deviation of the values over a long time, were there no bounds. */
      deviation: numberFromZero().default(1),
      /** In this time, a distance from the mean falls to 1/e of it. */
      reversion: duration(secondMs, yearMs).default(10 * minuteMs),
      min: anyNumber().optional(),
      max: anyNumber().optional(),
    })
    .superRefine(({ min = -Infinity, max = Infinity, mean }, context) => {
      if (min >= max)
        context.addIssue({ code: "custom", path: ["min"], message: "write a number below max" });
      else if (mean < min || mean > max)
        context.addIssue({ code: "custom", path: ["mean"], message: "write a number between min and max" });
    });
export type WalkSettings = z.output<ReturnType<typeof walkSettings>>;
