import type { ExpressionNode } from "../../../../contract/models/expression";
import type { BinaryOperator, Operation } from "../../../../contract/models/expression";

/** What an expression needs of a sensor. */
export interface Source {
  valueAt(timeMs: number): number;
}

/** An expression that is ready to be worked out: over all sensors of a device, in their order, at a moment. */
export type CompiledExpression = (sources: readonly Source[], timeMs: number) => number;

/**
 * Makes functions of an expression that was read, one inside the other; no text is ever run as code. They know sensors by their places
 * alone, so that one compiled expression serves all devices of a fleet.
 * @param placeOf a sensor's place among the device's.
 */
export function compiledExpression(
  node: ExpressionNode,
  placeOf: (sensor: string) => number,
): CompiledExpression {
  if (node.kind === "number") {
    const { value } = node;
    return () => value;
  }
  if (node.kind === "sensor") {
    const place = placeOf(node.name);
    return (sources, timeMs) => sources[place]?.valueAt(timeMs) ?? NaN;
  }
  return compiledOperation(
    node.operation,
    node.operands.map((operand) => compiledExpression(operand, placeOf)),
  );
}

type Unary = (value: number) => number;
type Binary = (one: number, other: number) => number;

const isTrue = (value: number) => value !== 0 && !Number.isNaN(value);

const unary: Partial<Record<Operation, Unary>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  cos: Math.cos,
  exp: Math.exp,
  floor: Math.floor,
  log: Math.log,
  log10: Math.log10,
  negate: (value) => -value,
  not: (value) => Number(!isTrue(value)),
  round: Math.round,
  sin: Math.sin,
  sqrt: Math.sqrt,
  tan: Math.tan,
};

const binary: Record<BinaryOperator, Binary> & Partial<Record<Operation, Binary>> = {
  "+": (one, other) => one + other,
  "-": (one, other) => one - other,
  "*": (one, other) => one * other,
  "/": (one, other) => one / other,
  "%": (one, other) => one % other,
  "<": (one, other) => Number(one < other),
  "<=": (one, other) => Number(one <= other),
  ">": (one, other) => Number(one > other),
  ">=": (one, other) => Number(one >= other),
  "==": (one, other) => Number(one === other),
  "!=": (one, other) => Number(one !== other),
  "&&": (one, other) => Number(isTrue(one) && isTrue(other)),
  "||": (one, other) => Number(isTrue(one) || isTrue(other)),
  pow: (one, other) => one ** other,
};

/** Functions of any number of arguments, by those of two: of the first two, then of what came out and the third, and so on. */
const folding: Partial<Record<Operation, Binary>> = {
  hypot: (one, other) => Math.hypot(one, other),
  max: (one, other) => Math.max(one, other),
  min: (one, other) => Math.min(one, other),
};

function compiledOperation(
  operation: Operation,
  operands: readonly CompiledExpression[],
): CompiledExpression {
  const [one, other, third] = operands;
  if (one === undefined) throw new Error(`the operation "${operation}" has no operands`);
  const ofOne = unary[operation];
  if (ofOne !== undefined) return (sources, timeMs) => ofOne(one(sources, timeMs));
  const fold = folding[operation];
  if (fold !== undefined) {
    // Of one argument, hypot is its distance from 0 and the others are itself.
    const first = operation === "hypot" ? compiledOperation("abs", [one]) : one;
    return operands.slice(1).reduce((before, operand) => combined(fold, before, operand), first);
  }
  const ofTwo = binary[operation];
  if (other === undefined) throw new Error(`the operation "${operation}" has one operand`);
  if (ofTwo !== undefined) return combined(ofTwo, one, other);
  if (third === undefined) throw new Error(`the operation "${operation}" has two operands`);
  if (operation === "clamp")
    return (sources, timeMs) =>
      Math.min(Math.max(one(sources, timeMs), other(sources, timeMs)), third(sources, timeMs));
  return (sources, timeMs) =>
    isTrue(one(sources, timeMs)) ? other(sources, timeMs) : third(sources, timeMs);
}

function combined(of: Binary, one: CompiledExpression, other: CompiledExpression): CompiledExpression {
  return (sources, timeMs) => of(one(sources, timeMs), other(sources, timeMs));
}
