import { expect, it } from "vitest";
import { parseOptions } from "./options";

it.each([
  [[], { stack: undefined, watch: false, json: false }],
  [["--watch", "--json", "--stack", "lab"], { stack: "lab", watch: true, json: true }],
])("reads %j", (args, options) => {
  expect(parseOptions(args)).toEqual(options);
});

it.each([
  [["--wach"], "'--wach'"],
  [["lab"], '"lab"'],
  [["--stack"], "argument missing"],
  [["--json=yes"], "does not take an argument"],
])("refuses %j with the usage", (args, what) => {
  expect(() => parseOptions(args)).toThrow(what);
  expect(() => parseOptions(args)).toThrow(
    /\nUsage: npm run status \[-- --watch\] \[--json\] \[--stack NAME\]$/,
  );
});
