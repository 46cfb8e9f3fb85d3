import { describe, expect, it } from "vitest";
import { binaryOperators, expressionFunctions } from "../../../../contract/models/expression";
import { randomFor } from "../random";
import type { Source } from "./derived";
import { derived } from "./derived";

const random = randomFor("1", "device-1", "power");
const names = ["a", "b", "power-kW"];
const sourcesOf = (...values: number[]) => values.map((value) => ({ valueAt: () => value }));

function valueOf(expression: string, a = 3, b = -2): number {
  const maker = derived({ type: "derived", expression, noise: 0 }, names, 1000);
  return maker(sourcesOf(a, b, 100))(random).valueAt(0);
}

describe("values derived from other sensors", () => {
  it.each([
    ["a + b * 2 - 1", -2],
    ["(a + b) * 2", 2],
    ["-a - -b", -5],
    ["a / b", -1.5],
    ["7 % a", 1],
    ['sensor("power-kW") / a', 100 / 3],
    ["(a < b) + 2 * (a <= 3) + 4 * (a > b) + 8 * (a >= 4)", 6],
    ["(a == 3) + 2 * (a != 3) + 4 * (a == b)", 1],
    ["(a && b) + 2 * (a && 0) + 4 * (0 || b) + 8 * (0 || 0)", 5],
    ["!a + 2 * !0 + 4 * !(0 / 0)", 6],
    ["a > b ? 10 : 20", 10],
    ["a < b ? 10 : b ? 30 : 40", 30],
    ["0 / 0 ? 1 : 2", 2],
    ["abs(b) + ceil(1.2) + floor(1.8) + round(2.5)", 8],
    ["sqrt(16) + exp(0) + log(e) + log10(1000) + pow(2, 10)", 1033],
    ["sin(pi / 2) + cos(0) + tan(0)", 2],
    ["hypot(a, 4) + hypot(b) + hypot(2, 3, 6)", 14],
    ["min(a, b, 5) + max(a, b, 5) + min(a) + max(b)", 4],
    ["clamp(a, 0, 2) + 10 * clamp(b, 0, 2) + 100 * clamp(1, 0, 2)", 102],
  ])("%s = %d", (expression, value) => {
    expect(valueOf(expression)).toBeCloseTo(value, 12);
  });

  it("have every operator and function that the parser knows", () => {
    for (const operator of binaryOperators) expect(valueOf(`a ${operator} b`)).not.toBeNaN();
    for (const [name, [fewest]] of Object.entries(expressionFunctions))
      expect(valueOf(`${name}(${["a", "a", "a"].slice(0, fewest).join()})`)).not.toBeNaN();
  });

  it("use one compiled expression for many devices, each with its own sensors, at any time", () => {
    const maker = derived({ type: "derived", expression: "2 * a", noise: 0 }, names, 1000);
    const clock = { valueAt: (timeMs: number) => timeMs };
    const [one, other] = [maker([clock])(random), maker(sourcesOf(7))(random)];
    expect([one.valueAt(1), one.valueAt(5), other.valueAt(5), one.valueAt(1)]).toEqual([2, 10, 14, 2]);
  });

  it("evaluate each sensor once for a time, so that long chains take no longer", () => {
    let asked = 0;
    const sources: Source[] = [{ valueAt: () => (asked++, 1) }];
    const chain = Array.from({ length: 25 }, (_, index) => `s${index}`);
    for (let index = 1; index < 25; index++) {
      const expression = `s${index - 1} + s${index - 1}`;
      sources.push(derived({ type: "derived", expression, noise: 0 }, chain, 1000)(sources)(random));
    }
    expect(sources.at(-1)!.valueAt(0)).toBe(2 ** 24);
    expect(asked).toBe(2);
  });

  it("have noise on top", () => {
    const noisy = derived({ type: "derived", expression: "a", noise: 2 }, names, 1000)(sourcesOf(3))(random);
    const noise = Array.from({ length: 20_000 }, (_, index) => noisy.valueAt(index * 1000) - 3);
    const variance = noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length;
    expect(Math.sqrt(variance)).toBeCloseTo(2, 1);
  });

  it("report why an unchecked expression cannot be used", () => {
    expect(() => valueOf("a +")).toThrow(
      /^the expression "a \+" cannot be used: Expected expression after \+/,
    );
    expect(() => valueOf("c")).toThrow('the expression "c" has no sensor "c"');
  });
});
