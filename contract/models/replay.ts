import { z } from "zod";
import { dayMs, type DurationField } from "../values/duration";

const text = (meaning: string) => z.string(`write ${meaning}`).min(1, `write ${meaning}`);

/** Values that were recorded, from a CSV file with a header; from its end it goes on at its beginning. */
export const replaySettings = (duration: DurationField) =>
  z
    .strictObject({
      type: z.literal("replay"),
      file: text('the path of a CSV file, such as "signals/boiler.csv"'),
      /** The column of the values; needed where the file has more than one beside the times. */
      column: text("the name of a column").optional(),
      /** The column of the times, in seconds or as `2026-11-23T00:00:01Z`; a value lasts until the next one's time. */
      timeColumn: text("the name of a column").optional(),
      /** How long each value lasts, if there is no column of times; the sensor's interval if left out. */
      every: duration(10, 365 * dayMs).optional(),
    })
    .refine(({ timeColumn, every }) => timeColumn === undefined || every === undefined, {
      path: ["every"],
      message: "remove it, or timeColumn: a value lasts so long or until the next one's time",
    });
export type ReplaySettings = z.output<ReturnType<typeof replaySettings>>;
