import { z } from "zod";
import { anyNumber } from "../values/number";

/** Values spread evenly from `min` up to, but without, `max`. */
export const uniformSettings = () =>
  z
    .strictObject({
      type: z.literal("uniform"),
      min: anyNumber().default(0),
      max: anyNumber().default(1),
    })
    .refine(({ min, max }) => min < max, { path: ["min"], message: "write a number below max" });
export type UniformSettings = z.output<ReturnType<typeof uniformSettings>>;
