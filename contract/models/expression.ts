import jsep from "jsep";

/** Functions that an expression may call, each with the minimum and the maximum number of its arguments. */
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
} as const satisfies Readonly<Record<string, readonly [min: number, max: number]>>;
export type ExpressionFunction = keyof typeof expressionFunctions;

/** Operators with two operands. Comparisons and logic give 1 for true and 0 for false. Every number except 0 and NaN is true. */
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
const expressionConstants = { e: Math.E, pi: Math.PI } as const;

/** An operator or a function; `choose` is `condition ? one : other`. */
export type Operation = BinaryOperator | ExpressionFunction | "negate" | "not" | "choose";

/** A part of a parsed expression. It can represent only what is allowed. */
export type ExpressionNode =
  | { readonly kind: "number"; readonly value: number }
  /** The value of another sensor of the device. */
  | { readonly kind: "sensor"; readonly name: string }
  | {
      readonly kind: "operation";
      readonly operation: Operation;
      readonly operands: readonly ExpressionNode[];
    };

/** A parsed expression. */
export interface ParsedExpression {
  readonly kind: "expression";
  readonly root: ExpressionNode;
  /** Names of the sensors in it, each once, in the order of their first use. */
  readonly sensors: readonly string[];
}

/** Why a text is not an expression: the place, and what is allowed there. */
export interface ExpressionProblem {
  readonly kind: "problem";
  readonly reason: string;
}

const functionNames = Object.keys(expressionFunctions).join(", ");
const allowed =
  `write numbers, names of sensors, + - * / %, comparisons, && || !, ? :, parentheses, ` +
  `pi, e and the functions ${functionNames}`;

/**
 * Parses an arithmetic expression over sensors of a device, such as `voltage * current / 1000`. A sensor whose name is not a valid JavaScript
 * name, or is the name of a constant, is written `sensor("power-kW")`. jsep parses the text. What jsep knows beside arithmetic (members,
 * lists, texts, `this`, bits) is refused here, and nothing is ever evaluated as code.
 */
export function parseExpression(text: string): ParsedExpression | ExpressionProblem {
  try {
    const root = translated(jsep(text) as jsep.CoreExpression);
    return { kind: "expression", root, sensors: [...new Set(sensorNames(root))] };
  } catch (error) {
    if (error instanceof Refusal) return { kind: "problem", reason: error.message };
    return { kind: "problem", reason: syntaxReason(error) };
  }
}

/** Something that jsep parses but that is not arithmetic. */
class Refusal extends Error {}

/** jsep's errors give the place as an index from 0. */
function syntaxReason(error: unknown): string {
  const { index, description } = error as { readonly index?: number; readonly description?: string };
  if (index === undefined || description === undefined) throw error;
  return `${description} at character ${index + 1}; ${allowed}`;
}

function translated(node: jsep.CoreExpression): ExpressionNode {
  switch (node.type) {
    case "Literal":
      return translatedLiteral(node);
    case "Identifier":
      return translatedName(node.name);
    case "UnaryExpression":
      return translatedUnary(node);
    case "BinaryExpression":
      return translatedBinary(node);
    case "ConditionalExpression":
      return operation("choose", [node.test, node.consequent, node.alternate]);
    case "CallExpression":
      return translatedCall(node);
    case "Compound":
      throw new Refusal(compoundReason(node.body));
    case "MemberExpression":
      throw new Refusal(
        `"." and "[ ]" are not allowed; a sensor with such a name is written sensor("its.name"), and a function by its name alone`,
      );
    case "ArrayExpression":
      throw new Refusal(`lists are not allowed; ${allowed}`);
    default:
      throw new Refusal(`"this" is not allowed; ${allowed}`);
  }
}

function operation(name: Operation, operands: readonly jsep.Expression[]): ExpressionNode {
  const nodes = operands.map((operand) => translated(operand as jsep.CoreExpression));
  return { kind: "operation", operation: name, operands: nodes };
}

function translatedLiteral({ value, raw }: jsep.Literal): ExpressionNode {
  if (typeof value === "string")
    throw new Refusal(`the text ${raw} is not allowed here; a sensor is written sensor(${raw})`);
  if (typeof value !== "number")
    throw new Refusal(`"${raw}" is not allowed; write 1 for true and 0 for false`);
  if (!Number.isFinite(value)) throw new Refusal(`the number ${raw} is too large; write one below 1.8e308`);
  return { kind: "number", value };
}

function translatedName(name: string): ExpressionNode {
  return name === "pi" || name === "e"
    ? { kind: "number", value: expressionConstants[name] }
    : { kind: "sensor", name };
}

function translatedUnary({ operator, argument }: jsep.UnaryExpression): ExpressionNode {
  if (operator === "+") return translated(argument as jsep.CoreExpression);
  if (operator === "-") return operation("negate", [argument]);
  if (operator === "!") return operation("not", [argument]);
  throw new Refusal(`the operator "${operator}" is not allowed; ${allowed}`);
}

/** JavaScript operators that have another meaning here or none, and what to write instead. */
const otherOperators: Readonly<Record<string, string>> = {
  // jsep reads -a ** 2 as (-a) ** 2; mathematics reads it as -(a ** 2), and JavaScript refuses it.
  "**": "write pow(base, exponent)",
  "^": "write pow(base, exponent)",
  "===": "write ==",
  "!==": "write !=",
  "&": "write &&",
  "|": "write ||",
};

function translatedBinary({ operator, left, right }: jsep.BinaryExpression): ExpressionNode {
  const known = binaryOperators.find((each) => each === operator);
  if (known !== undefined) return operation(known, [left, right]);
  throw new Refusal(`the operator "${operator}" is not allowed; ${otherOperators[operator] ?? allowed}`);
}

function translatedCall({ callee, arguments: operands }: jsep.CallExpression): ExpressionNode {
  if (callee.type !== "Identifier")
    throw new Refusal(`only these functions can be called: ${functionNames}, by their names alone`);
  const { name } = callee as jsep.Identifier;
  if (name === "sensor") return translatedSensor(operands);
  if (!isFunction(name)) throw new Refusal(`unknown function "${name}"; write one of ${functionNames}`);
  const [min, max] = expressionFunctions[name];
  if (operands.length < min || operands.length > max) {
    const taken = min === max ? String(min) : `${min} to ${max}`;
    throw new Refusal(`${name} has ${operands.length} arguments; write ${taken}`);
  }
  return operation(name, operands);
}

function translatedSensor(operands: readonly jsep.Expression[]): ExpressionNode {
  const [operand, ...others] = operands as readonly jsep.CoreExpression[];
  if (operand?.type !== "Literal" || typeof operand.value !== "string" || others.length > 0)
    throw new Refusal('sensor takes the name of a sensor in quotes; write sensor("power-kW")');
  return { kind: "sensor", name: operand.value };
}

/** Only own names count, so that `constructor` is not a function here. */
const isFunction = (name: string): name is ExpressionFunction => Object.hasOwn(expressionFunctions, name);

function compoundReason(parts: readonly jsep.Expression[]): string {
  const second = parts[1];
  if (second === undefined) return `there is nothing to calculate; ${allowed}`;
  const shown = second.type === "Identifier" ? ` before "${(second as jsep.Identifier).name}"` : "";
  return `an operator is missing${shown}; it must be one expression, and ${allowed}`;
}

function sensorNames(node: ExpressionNode): string[] {
  if (node.kind === "sensor") return [node.name];
  return node.kind === "operation" ? node.operands.flatMap(sensorNames) : [];
}
