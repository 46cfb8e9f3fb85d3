/** Functions that an expression may call, each with the fewest and the most arguments that it takes. */
export const expressionFunctions = {
  abs: [1, 1],
  ceil: [1, 1],
  clamp: [3, 3],
  cos: [1, 1],
  exp: [1, 1],
  floor: [1, 1],
  hypot: [1, 100],
  log: [1, 1],
  log10: [1, 1],
  max: [1, 100],
  min: [1, 100],
  pow: [2, 2],
  round: [1, 1],
  sin: [1, 1],
  sqrt: [1, 1],
  tan: [1, 1],
} as const satisfies Readonly<Record<string, readonly [fewest: number, most: number]>>;
export type ExpressionFunction = keyof typeof expressionFunctions;

/** Operators between two operands. Comparisons and logic give 1 for true and 0 for false; every number but 0 and NaN is true. */
export const binaryOperators = [
  "+",
  "-",
  "*",
  "/",
  "%",
  "<",
  "<=",
  ">",
  ">=",
  "==",
  "!=",
  "&&",
  "||",
] as const;
export type BinaryOperator = (typeof binaryOperators)[number];

/** Names that stand for numbers. */
export const expressionConstants = { e: Math.E, pi: Math.PI } as const;

/** What is done with operands: an operator or a function; `choose` is `condition ? one : other`. */
export type Operation = BinaryOperator | ExpressionFunction | "negate" | "not" | "choose";
