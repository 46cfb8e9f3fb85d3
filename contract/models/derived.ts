import { z } from "zod";
import { numberFromZero } from "../values/number";

const remedy = 'write an expression over other sensors of the device, such as "voltage * current"';

/** Worked out from what other sensors of the same device show at the same moment, before their faults. */
export const derivedSettings = () =>
  z.strictObject({
    type: z.literal("derived"),
    expression: z.string(remedy).min(1, remedy).max(1_000, "write at most 1000 characters"),
    /** Standard deviation of what is added to each value. */
    noise: numberFromZero().default(0),
  });
export type DerivedSettings = z.output<ReturnType<typeof derivedSettings>>;
