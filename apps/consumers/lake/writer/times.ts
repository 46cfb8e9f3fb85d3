/** Spark 3 refuses earlier ones, for calendars that differed. */
const firstTime = Date.parse("1900-01-01T00:00:00.000Z");
const lastTime = Date.parse("9999-12-31T23:59:59.999Z");

/** The nearest time that every reader of a table takes; times are milliseconds since 1970. */
export function representable(time: number): number {
  return Math.min(Math.max(time, firstTime), lastTime);
}
