import { expect, it } from "vitest";
import { derivedProblems } from "./derived-problems";

const derived = (name: string, expression: string) => ({ name, model: { type: "derived", expression } });
const sine = (name: string) => ({ name, model: { type: "sine" } });

it("derivedProblems accepts derived sensors in any order", () => {
  const sensors = [
    derived("power", "voltage * current"),
    sine("voltage"),
    sine("current"),
    derived("energy", 'power / 1000 + sensor("phase-2")'),
    sine("phase-2"),
  ];
  expect(derivedProblems(sensors)).toEqual([]);
});

it("derivedProblems reports every expression that cannot be parsed or refers to unknown sensors, with the known ones", () => {
  const sensors = [
    derived("a", "b + c * d"),
    derived("b", "2 *"),
    sine("power-kW"),
    sine("e"),
    derived("f", "power - kW"),
  ];
  const others = 'b, sensor("power-kW"), sensor("e"), f';
  expect(derivedProblems(sensors)).toEqual([
    { index: 0, reason: `there is no sensor "c"; the others are ${others}` },
    { index: 0, reason: `there is no sensor "d"; the others are ${others}` },
    {
      index: 1,
      reason: expect.stringMatching(/^Expected expression after \* at character 4; write /) as string,
    },
    { index: 4, reason: 'there is no sensor "power"; the others are a, b, sensor("power-kW"), sensor("e")' },
    { index: 4, reason: 'there is no sensor "kW"; the others are a, b, sensor("power-kW"), sensor("e")' },
  ]);
  expect(derivedProblems([derived("a", "x")])).toEqual([
    { index: 0, reason: 'there is no sensor "x"; the device has no other' },
  ]);
});

it("derivedProblems reports an expression that refers to its own sensor", () => {
  expect(derivedProblems([derived("a", "a + b"), sine("b")])).toEqual([
    { index: 0, reason: 'it refers to itself, "a"; refer to other sensors of the device' },
  ]);
  expect(derivedProblems([derived("a", "a + c"), sine("b")])).toEqual([
    { index: 0, reason: 'it refers to itself, "a"; refer to other sensors of the device' },
    { index: 0, reason: 'there is no sensor "c"; the others are b' },
  ]);
});

it("derivedProblems reports each circle once, at its first sensor, and not the sensors that lead to it", () => {
  const sensors = [
    derived("leads", "a"),
    derived("a", "b + free"),
    derived("b", "c"),
    derived("c", "a"),
    sine("free"),
    derived("x", "y"),
    derived("y", "x"),
  ];
  const remedy = "give one of them a model that is not derived";
  expect(derivedProblems(sensors)).toEqual([
    { index: 1, reason: `it depends on itself: a → b → c → a; ${remedy}` },
    { index: 5, reason: `it depends on itself: x → y → x; ${remedy}` },
  ]);
});
