import { z } from "zod";
import { anyNumber } from "../values/number";

/** Always the same value. */
export const constantSettings = () => z.strictObject({ type: z.literal("constant"), value: anyNumber() });
export type ConstantSettings = z.output<ReturnType<typeof constantSettings>>;
