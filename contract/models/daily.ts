import { z } from "zod";
import { anyNumber, numberFromZero, numberWithin } from "../values/number";

/** A household's use of power: low at night, a peak in the morning, the day's highest in the evening; one value an hour. */
const householdDay = [
  0.18, 0.12, 0.08, 0.05, 0.05, 0.12, 0.35, 0.6, 0.55, 0.42, 0.38, 0.4, 0.48, 0.45, 0.38, 0.36, 0.42, 0.62,
  0.88, 1, 0.92, 0.74, 0.5, 0.3,
];

const curveRemedy = "list 2 to 288 numbers from 0 to 1, spread evenly over a day from midnight on";

/** A curve that comes back every day, with weekends of their own. */
export const dailySettings = () =>
  z
    .strictObject({
      type: z.literal("daily"),
      /** The value where the curve is 0. */
      low: anyNumber().default(0),
      /** The value where the curve is 1. */
      high: anyNumber().default(1),
      /** From midnight on, at equal distances; values between are interpolated. */
      curve: z
        .array(z.number(curveRemedy).min(0, curveRemedy).max(1, curveRemedy), curveRemedy)
        .min(2, curveRemedy)
        .max(288, curveRemedy)
        .default(householdDay),
      /** By what the curve is multiplied on Saturdays and Sundays. */
      weekend: numberFromZero().default(1),
      /** Hours that the day begins before UTC's; 2 for UTC+2. */
      utcOffsetHours: numberWithin(-12, 14).default(0),
      /** Standard deviation of what is added to each value. */
      noise: numberFromZero().default(0),
    })
    .refine(({ low, high }) => low < high, { path: ["low"], message: "write a number below high" });
export type DailySettings = z.output<ReturnType<typeof dailySettings>>;
