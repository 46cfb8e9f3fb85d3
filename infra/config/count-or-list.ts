import { z } from "zod";

/** Takes a list where one stands and a count otherwise, so that problems are told of the one that was meant. */
export function countOrList<Count extends z.ZodType, List extends z.ZodType>(count: Count, list: List) {
  return z.unknown().transform((value, context): z.output<Count> | z.output<List> => {
    const result = (Array.isArray(value) ? list : count).safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues)
      context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
}

/** `sensor_1`, `sensor_2`, … */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}
