import { type ExpressionNode } from "../../../../contract/models/expression";
import type { BinaryOperator, Operation } from "../../../../contract/models/expression";
import { type Model, type ModelMaker, withNoise } from "./model";
import { parseExpression } from "../../../../contract/models/expression";
import type { DerivedSettings } from "../../../../contract/models/models";

/** The part of a sensor's signal that an expression needs. */
export interface Source {
  valueAt(timeMs: number): number;
}

/** Makes the model of a derived sensor for one device from the signals of all sensors of the device, in their order. */
export type DerivedMaker = (sources: readonly Source[]) => ModelMaker;

/**
 * A value that is computed from other sensors of the device, as they show it: limited to their bounds, rounded, without faults.
 * @param names the names of the device's sensors, in their order
 * @throws Error if the expression cannot be parsed or names an unknown sensor; the device's settings have been checked for both
 */
export function derived(
  settings: DerivedSettings,
  names: readonly string[],
  intervalMs: number,
): DerivedMaker {
  const parsed = parseExpression(settings.expression);
  if (parsed.kind === "problem")
    throw new Error(`the expression "${settings.expression}" cannot be used: ${parsed.reason}`);
  const compiled = compiledExpression(parsed.root, (name) => {
    const place = names.indexOf(name);
    if (place < 0) throw new Error(`the expression "${settings.expression}" has no sensor "${name}"`);
    return place;
  });
  return (sources) => withNoise(() => new DerivedModel(compiled, sources), settings.noise, intervalMs);
}

class DerivedModel implements Model {
  private lastTimeMs = NaN;
  private lastValue = 0;

  constructor(
    private readonly compiled: CompiledExpression,
    private readonly sources: readonly Source[],
  ) {}

  /** Remembers the last value: otherwise each sensor of a chain that uses the one before it twice would double the time. */
  valueAt(timeMs: number): number {
    if (timeMs !== this.lastTimeMs) {
      this.lastValue = this.compiled(this.sources, timeMs);
      this.lastTimeMs = timeMs;
    }
    return this.lastValue;
  }
}

/** An expression that is ready to be evaluated at a time, over all sensors of a device in their order. */
type CompiledExpression = (sources: readonly Source[], timeMs: number) => number;

/**
 * Compiles a parsed expression to nested functions; no text is ever run as code. The functions know sensors only by their index, so one
 * compiled expression serves all devices of a fleet.
 * @param placeOf the index of a sensor of this name in the device's list
 */
function compiledExpression(node: ExpressionNode, placeOf: (sensor: string) => number): CompiledExpression {
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

/** Functions of any number of arguments, as functions of two: applied to the first two, then to the result and the third, and so on. */
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
    // Of one argument, hypot is the absolute value, and the others are the argument itself.
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
