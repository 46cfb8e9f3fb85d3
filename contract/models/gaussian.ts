import { z } from "zod";
import { anyNumber, numberFromZero } from "../values/number";

/** Values of the normal distribution, each independent of the others. */
export const gaussianSettings = () =>
  z.strictObject({
    type: z.literal("gaussian"),
    mean: anyNumber().default(0),
    /** Standard deviation. */
    deviation: numberFromZero().default(1),
  });
export type GaussianSettings = z.output<ReturnType<typeof gaussianSettings>>;
