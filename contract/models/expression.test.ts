import { describe, expect, it } from "vitest";
import { binaryOperators, expressionFunctions, parseExpression } from "./expression";

const number = (value: number) => ({ kind: "number", value });
const sensor = (name: string) => ({ kind: "sensor", name });
const operation = (name: string, ...operands: unknown[]) => ({
  kind: "operation",
  operation: name,
  operands,
});

function rootOf(text: string): unknown {
  const parsed = parseExpression(text);
  return parsed.kind === "expression" ? parsed.root : parsed.reason;
}

function reasonOf(text: string): string {
  const parsed = parseExpression(text);
  return parsed.kind === "problem" ? parsed.reason : `read: ${JSON.stringify(parsed.root)}`;
}

describe("expressions over sensors", () => {
  it("name the sensors in them, each once and in their order", () => {
    expect(parseExpression('voltage * current / voltage + sensor("power-kW")')).toMatchObject({
      kind: "expression",
      sensors: ["voltage", "current", "power-kW"],
    });
    expect(parseExpression("2 * pi")).toMatchObject({ kind: "expression", sensors: [] });
  });

  it("are parsed with the precedence of arithmetic", () => {
    expect(rootOf("1 + a * -b")).toEqual(
      operation("+", number(1), operation("*", sensor("a"), operation("negate", sensor("b")))),
    );
    expect(rootOf("(1 + a) * b % 2")).toEqual(
      operation("%", operation("*", operation("+", number(1), sensor("a")), sensor("b")), number(2)),
    );
    expect(rootOf("a - b - +c")).toEqual(
      operation("-", operation("-", sensor("a"), sensor("b")), sensor("c")),
    );
    expect(rootOf("a > 1 && !b || c == 2 ? 1.5e-3 : .5")).toEqual(
      operation(
        "choose",
        operation(
          "||",
          operation("&&", operation(">", sensor("a"), number(1)), operation("not", sensor("b"))),
          operation("==", sensor("c"), number(2)),
        ),
        number(0.0015),
        number(0.5),
      ),
    );
  });

  it.each(binaryOperators)("know the operator %s", (operator) => {
    expect(rootOf(`a ${operator} b`)).toEqual(operation(operator, sensor("a"), sensor("b")));
  });

  it.each(Object.entries(expressionFunctions))("know the function %s", (name, [fewest, most]) => {
    const call = (count: number) => `${name}(${Array(count).fill("a").join(", ")})`;
    expect(rootOf(call(fewest))).toEqual(operation(name, ...Array<unknown>(fewest).fill(sensor("a"))));
    expect(reasonOf(call(fewest - 1))).toMatch(
      new RegExp(`^${name} has ${fewest - 1} arguments; write ${fewest}`),
    );
    expect(reasonOf(call(most + 1))).toMatch(new RegExp(`^${name} has ${most + 1} arguments; write`));
  });

  it("know constants, and sensors with the names of constants", () => {
    expect(rootOf("pi * e")).toEqual(operation("*", number(Math.PI), number(Math.E)));
    expect(rootOf('sensor("pi") + min')).toEqual(operation("+", sensor("pi"), sensor("min")));
    expect(rootOf("température_1")).toEqual(sensor("température_1"));
    expect(rootOf("constructor + __proto__")).toEqual(
      operation("+", sensor("constructor"), sensor("__proto__")),
    );
  });

  it.each([
    ["a +", /^Expected expression after \+ at character 4; write numbers, names of sensors, \+ - \* \/ %/],
    ["(a", /^Unclosed \( at character 3; /],
    ["a = 3", /^Unexpected "=" at character 3; /],
    ["2a", /^Variable names cannot start with a number \(2a\) at character 2; /],
    ["`a`", /^Unexpected "`" at character 1; /],
    ["{a: 1}", /^Unexpected "{" at character 1; /],
    ["sensor('a", /^Unclosed quote after "a" at character 10; /],
    ["  ", /^there is nothing to calculate; write numbers/],
    ["a b", /^an operator is missing before "b"; /],
    ["a, 2", /^an operator is missing; /],
    ["new Date()", /^an operator is missing; /],
    ["a; b", /^an operator is missing before "b"; /],
    ["a.constructor", /^"\." and "\[ \]" are not allowed; .* sensor\("its.name"\)/],
    ['a["b"]', /^"\." and "\[ \]" are not allowed/],
    ["Math.sqrt(a)", /^only these functions can be called: abs, .*, by their names alone$/],
    ["abs(a)(b)", /^only these functions can be called/],
    ["[1, 2]", /^lists are not allowed/],
    ["this", /^"this" is not allowed/],
    ["'a' + b", /^the text 'a' is not allowed here; a sensor is written sensor\('a'\)/],
    ["true", /^"true" is not allowed; write 1 for true/],
    ["null", /^"null" is not allowed/],
    ["1e999", /^the number 1e999 is too large/],
    ["a ** 2", /^the operator "\*\*" is not allowed; write pow\(base, exponent\)$/],
    ["a ^ 2", /^the operator "\^" is not allowed; write pow\(base, exponent\)$/],
    ["a === 2", /^the operator "===" is not allowed; write ==$/],
    ["a << 2", /^the operator "<<" is not allowed; write numbers/],
    ["~a", /^the operator "~" is not allowed; /],
    ["eval(a)", /^unknown function "eval"; write one of abs, ceil, /],
    ["constructor(a)", /^unknown function "constructor"; /],
    ["toString()", /^unknown function "toString"; /],
    ["sensor(a)", /^sensor takes the name of a sensor in quotes; write sensor\("power-kW"\)$/],
    ["sensor()", /^sensor takes the name/],
    ["sensor('a', 'b')", /^sensor takes the name/],
  ])("are refused with the reason: %s", (text, reason) => {
    expect(reasonOf(text)).toMatch(reason);
  });

  it("are parsed up to the maximum length that a config can have", () => {
    expect(rootOf(`${"(".repeat(499)}1${")".repeat(499)}`)).toEqual(number(1));
    expect(reasonOf("(".repeat(1000))).toMatch(/^Unclosed \(/);
    expect(reasonOf("-".repeat(1000))).toMatch(/^missing unaryOp argument/);
  });
});
