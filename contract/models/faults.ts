import { z } from "zod";
import { anyNumber, dayMs, type DurationField, numberWithin } from "../values/fields";
import { momentExample, parseMomentMs } from "../values/moment";

const timeRemedy = `write times such as "06:30", of every day in UTC, or "${momentExample}"`;
const faultTimePattern = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/;
const isFaultTime = (text: string) => faultTimePattern.test(text) || parseMomentMs(text) !== undefined;

/**
 * When a fault is there. Time is cut into pieces of the length `for`, or of one observation if that is left out; with
 * `probability`, each of them is faulty with it, so that it is the share of time too. With `at`, it is there for such a piece from each
 * of these times on.
 */
const timing = (duration: DurationField) => ({
  probability: numberWithin(0, 0.99).optional(),
  at: z
    .array(z.string(timeRemedy).refine(isFaultTime, timeRemedy), timeRemedy)
    .min(1, timeRemedy)
    .max(100, "list at most 100 times")
    .optional(),
  for: duration(10, 7 * dayMs).optional(),
});

/** Faults that strike single sensors; declared of a device, all of its sensors at once. */
const kinds = (duration: DurationField) =>
  [
    /** The value is off by `size`, up or down. */
    z.strictObject({ type: z.literal("spike"), size: anyNumber(), ...timing(duration) }),
    /** The value stays what it was when the fault began. */
    z.strictObject({ type: z.literal("stuck"), ...timing(duration), for: duration(10, 7 * dayMs) }),
    /** The value goes away from the true one, by so much each hour. */
    z.strictObject({
      type: z.literal("drift"),
      perHour: anyNumber(),
      ...timing(duration),
      for: duration(10, 7 * dayMs),
    }),
    /** There is no message, though it has its number. */
    z.strictObject({ type: z.literal("missing"), ...timing(duration) }),
    /** The message is sent twice. */
    z.strictObject({ type: z.literal("duplicate"), ...timing(duration) }),
    /** The message is sent so long after its time. */
    z.strictObject({ type: z.literal("late"), by: duration(10, dayMs), ...timing(duration) }),
    /** The message is sent after the next one of its sensor. */
    z.strictObject({ type: z.literal("out-of-order"), ...timing(duration) }),
    /** The timestamp is off: exactly one of the two says by how much. */
    z.strictObject({
      type: z.literal("clock-skew"),
      ahead: duration(1, 365 * dayMs).optional(),
      behind: duration(1, 365 * dayMs).optional(),
      ...timing(duration),
    }),
    /** The message is cut off somewhere, so that it is no JSON. */
    z.strictObject({ type: z.literal("corrupt"), ...timing(duration) }),
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

/** A fault of a device, which strikes all of its sensors at once. */
export const deviceFault = (duration: DurationField) =>
  z
    .discriminatedUnion(
      "type",
      [
        ...kinds(duration),
        /** The device cannot be reached. It keeps what it observes and sends it when it is back, or loses it. */
        z.strictObject({
          type: z.literal("offline"),
          ...timing(duration),
          for: duration(10, 7 * dayMs),
          meanwhile: z.enum(["buffer", "lose"], "write buffer or lose").default("buffer"),
        }),
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
