import { z } from "zod";
import { anyNumber, dayMs, type DurationField, numberWithin } from "../values/fields";
import { momentExample, parseMomentMs } from "../values/moment";

const timeRemedy = `write times such as "06:30", of every day in UTC, or "${momentExample}"`;
const faultTimePattern = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/;
const isFaultTime = (text: string) => faultTimePattern.test(text) || parseMomentMs(text) !== undefined;

/** How long a fault lasts that may be longer than one observation. */
const lasting = (duration: DurationField) => duration(10, 7 * dayMs);

/**
 * When a fault is present. Time is cut into pieces of the length `for`, or of one observation if that is left out. With `probability`, each
 * piece is faulty with this probability, so it is also the share of time. With `at`, the fault is present for one piece from each time on.
 */
const timing = (duration: DurationField) => ({
  probability: numberWithin(0, 0.99)
    .optional()
    .meta({ description: "The share of time in which the fault is present.", fallback: "set it or `at`" }),
  at: z
    .array(z.string(timeRemedy).refine(isFaultTime, timeRemedy), timeRemedy)
    .min(1, timeRemedy)
    .max(100, "list at most 100 times")
    .optional()
    .meta({ description: "When the fault starts.", fallback: "set it or `probability`" }),
  for: lasting(duration).optional().meta({
    description: "How long the fault lasts. `stuck`, `drift` and `offline` require it.",
    fallback: "one observation",
  }),
});

/** Faults that strike single sensors; if a device declares them, they strike all of its sensors at once. */
const kinds = (duration: DurationField) =>
  [
    z
      .strictObject({
        type: z.literal("spike"),
        size: anyNumber().describe("By how much the value of a `spike` is off."),
        ...timing(duration),
      })
      .describe("The value is off by `size`, up or down."),
    z
      .strictObject({ type: z.literal("stuck"), ...timing(duration), for: lasting(duration) })
      .describe("The value stays what it was when the fault started."),
    z
      .strictObject({
        type: z.literal("drift"),
        perHour: anyNumber().describe("By how much the value of a `drift` moves each hour."),
        ...timing(duration),
        for: lasting(duration),
      })
      .describe("The value moves away from the true one, by `perHour` each hour."),
    z
      .strictObject({ type: z.literal("missing"), ...timing(duration) })
      .describe("There is no message, although the observation has its `seq`."),
    z
      .strictObject({ type: z.literal("duplicate"), ...timing(duration) })
      .describe("The message is sent twice."),
    z
      .strictObject({
        type: z.literal("late"),
        by: duration(10, dayMs).describe("How long after its time a `late` message is sent."),
        ...timing(duration),
      })
      .describe("The message is sent after its time, by the duration `by`."),
    z
      .strictObject({ type: z.literal("out-of-order"), ...timing(duration) })
      .describe("The message is sent after the next one of its sensor."),
    z
      .strictObject({
        type: z.literal("clock-skew"),
        ahead: duration(1, 365 * dayMs)
          .optional()
          .meta({
            description: "How far the timestamp of a `clock-skew` is ahead.",
            fallback: "set it or `behind`",
          }),
        behind: duration(1, 365 * dayMs)
          .optional()
          .meta({
            description: "How far the timestamp of a `clock-skew` is behind.",
            fallback: "set it or `ahead`",
          }),
        ...timing(duration),
      })
      .describe("The timestamp is off, by either `ahead` or `behind`."),
    z
      .strictObject({ type: z.literal("corrupt"), ...timing(duration) })
      .describe("The message is cut off somewhere, so that it is not JSON."),
  ] as const;

const sensorFaultTypes = [
  "spike",
  "stuck",
  "drift",
  "missing",
  "duplicate",
  "late",
  "out-of-order",
  "clock-skew",
  "corrupt",
] as const;

/** Kinds of faults, as settings, labels and reports name them. */
export const faultTypes = [...sensorFaultTypes, "offline"] as const;
export type FaultType = (typeof faultTypes)[number];

interface Timing {
  readonly type: string;
  readonly probability?: number | undefined;
  readonly at?: readonly string[] | undefined;
  readonly for?: number | undefined;
  readonly ahead?: number | undefined;
  readonly behind?: number | undefined;
}

function checkFault(fault: Timing, context: z.RefinementCtx): void {
  const problem = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  if ((fault.probability === undefined) === (fault.at === undefined))
    problem("probability", "write either probability or at, which is a list of times");
  const isDaily = fault.at?.some((time) => faultTimePattern.test(time)) ?? false;
  if (isDaily && (fault.for ?? 0) >= dayMs)
    problem("for", "write less than a day: it begins again every day, and would never end");
  if (fault.type === "clock-skew" && (fault.ahead === undefined) === (fault.behind === undefined))
    problem("ahead", 'write either ahead or behind, such as "5s"');
}

/** A fault of one sensor. */
export const sensorFault = (duration: DurationField) =>
  z
    .discriminatedUnion("type", kinds(duration), `write one of: ${sensorFaultTypes.join(", ")}`)
    .superRefine(checkFault);

/** A fault of a device. It strikes all of its sensors at once. */
export const deviceFault = (duration: DurationField) =>
  z
    .discriminatedUnion(
      "type",
      [
        ...kinds(duration),
        z
          .strictObject({
            type: z.literal("offline"),
            ...timing(duration),
            for: lasting(duration),
            meanwhile: z
              .enum(["buffer", "lose"], "write buffer or lose")
              .default("buffer")
              .describe(
                "Whether an `offline` device keeps what it observes and sends it later, or loses it.",
              ),
          })
          .describe("The device cannot be reached. Meanwhile it buffers or loses what it observes."),
      ],
      `write one of: ${faultTypes.join(", ")}`,
    )
    .superRefine(checkFault);

export type SensorFault = z.output<ReturnType<typeof sensorFault>>;
export type DeviceFault = z.output<ReturnType<typeof deviceFault>>;

/** A list of faults; a device has few. */
export const faultList = <Fault extends z.ZodType>(fault: Fault) =>
  z
    .array(fault, 'list faults such as {"type":"missing","probability":0.01}')
    .max(20, "list at most 20 faults");
