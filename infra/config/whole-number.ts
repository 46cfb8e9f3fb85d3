import { z } from "zod";

/** A whole number within bounds. @param alternative what else may stand there, with the comma before it. */
export function wholeNumber(minimum: number, maximum: number, alternative = "") {
  const remedy = `write a whole number from ${minimum} to ${maximum}${alternative}`;
  return z.int(remedy).min(minimum, remedy).max(maximum, remedy);
}
