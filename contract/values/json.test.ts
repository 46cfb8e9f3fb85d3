import { describe, expect, it } from "vitest";
import { parseJson, WrittenNumber } from "./json";

describe("JSON that a user wrote", () => {
  it.each([
    "null",
    "[]",
    '{"a":[1,-2.5,3e2,"1e400",true,null],"b":{"c":0.1}}',
    "1e308",
    "1e300",
    "9007199254740991",
    "100000000000000000000",
    "0.1000000000000000055",
  ])("is read as JSON.parse reads it: %s", (text) => {
    expect(parseJson(text)).toStrictEqual(JSON.parse(text));
  });

  it.each([
    "1e400",
    "-1e400",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "-12345678901234567891",
  ])("keeps a number that JavaScript cannot represent as it was written: %s", (text) => {
    expect(parseJson(text)).toBeInstanceOf(WrittenNumber);
    expect(String(parseJson(text))).toBe(text);
    expect(JSON.stringify(parseJson(`{"a":[${text},1]}`))).toBe(`{"a":[${text},1]}`);
  });

  it("is refused if it is not JSON", () => {
    expect(() => parseJson("{")).toThrow(SyntaxError);
  });
});
