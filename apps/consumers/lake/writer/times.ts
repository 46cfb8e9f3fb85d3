import { tableTimesMs } from "../../../../contract/messages/observation";

/** The nearest time that every reader of a table takes; times are milliseconds since 1970. */
export function representable(time: number): number {
  return Math.min(Math.max(time, tableTimesMs.min), tableTimesMs.max);
}
