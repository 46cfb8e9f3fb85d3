import { z } from "zod";

/** Any number that is not infinite, in a setting. */
export const anyNumber = () => z.number("write a number");

/** A number within bounds, in a setting. */
export const numberWithin = (minimum: number, maximum: number) => {
  const remedy = `write a number from ${minimum} to ${maximum}`;
  return z.number(remedy).min(minimum, remedy).max(maximum, remedy);
};

/** A number that is not negative, in a setting. */
export const numberFromZero = () => {
  const remedy = "write a number from 0";
  return z.number(remedy).min(0, remedy);
};
