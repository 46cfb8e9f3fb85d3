import { z } from "zod";
import { dayMs, type DurationField, secondMs } from "../values/duration";
import { anyNumber, numberFromZero } from "../values/number";

const nameRemedy = "name the state in 1 to 100 characters";
const weightRemedy = "write a weight from 0";

/**
 * A Markov chain of named states. How long it stays in one is exponentially distributed around `dwell`. It begins with the
 * first state at 00:00 UTC every day, so that a day's values can be told from the day alone.
 */
export const statesSettings = (duration: DurationField) =>
  z
    .strictObject({
      type: z.literal("states"),
      states: z
        .array(
          z.strictObject(
            {
              name: z.string(nameRemedy).min(1, nameRemedy).max(100, nameRemedy),
              value: anyNumber(),
              /** How long it stays in this state, on average. */
              dwell: duration(secondMs, dayMs),
              /** Weights of what comes after it, by name; all others alike if left out. */
              next: z.record(z.string(), z.number(weightRemedy).min(0, weightRemedy)).optional(),
            },
            'write a state such as {"name":"off","value":0,"dwell":"5m"}',
          ),
          'list states such as {"name":"off","value":0,"dwell":"5m"}',
        )
        .min(2, "list at least two states")
        .max(50, "list at most 50 states"),
      /** Standard deviation of what is added to each value. */
      noise: numberFromZero().default(0),
    })
    .superRefine(({ states }, context) => {
      const names = states.map(({ name }) => name);
      const problem = (path: (string | number)[], message: string) =>
        context.addIssue({ code: "custom", path: ["states", ...path], message });
      states.forEach(({ name, next }, index) => {
        if (names.indexOf(name) !== index) problem([index, "name"], "give each state a name of its own");
        for (const other of Object.keys(next ?? {})) {
          if (!names.includes(other))
            problem([index, "next", other], `name one of the states: ${names.join(", ")}`);
          else if (other === name)
            problem([index, "next", other], "name another state; how long it stays is its dwell");
        }
        if (next !== undefined && Object.values(next).every((weight) => weight === 0))
          problem([index, "next"], "give at least one state a weight above 0");
      });
    });
export type StatesSettings = z.output<ReturnType<typeof statesSettings>>;
