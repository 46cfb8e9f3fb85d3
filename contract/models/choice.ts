import { z } from "zod";
import { anyNumber } from "../values/number";

const weightRemedy = "write a weight above 0";
const labelRemedy = "write a label of 1 to 100 characters";

/** One of several values, drawn anew for each observation. */
export const choiceSettings = () =>
  z.strictObject({
    type: z.literal("choice"),
    values: z
      .array(
        z.strictObject(
          {
            value: anyNumber(),
            weight: z.number(weightRemedy).positive(weightRemedy).default(1),
            /** Name of the value. */
            label: z.string(labelRemedy).min(1, labelRemedy).max(100, labelRemedy).optional(),
          },
          'write a value such as {"value":1,"weight":3,"label":"ok"}',
        ),
        'list values such as {"value":1,"weight":3,"label":"ok"}',
      )
      .min(1, "list at least one value")
      .max(1_000, "list at most 1000 values"),
  });
export type ChoiceSettings = z.output<ReturnType<typeof choiceSettings>>;
