import { expect, it } from "vitest";
import { parseOptions } from "./options";

it("the command takes a query, its format and the stack", () => {
  expect(parseOptions([])).toEqual({ sql: undefined, format: "table", rows: 10, stack: undefined });
  expect(parseOptions(["--rows", "3", "--stack", "lab"])).toEqual({
    sql: undefined,
    format: "table",
    rows: 3,
    stack: "lab",
  });
  expect(parseOptions(["select 1", "--json"])).toMatchObject({ sql: "select 1", format: "json" });
  expect(parseOptions(["--csv", "select 1"])).toMatchObject({ sql: "select 1", format: "csv" });
});

it.each([
  [["--rows", "many"], "--rows many: give a number from 0 to 999999"],
  [["--rows", "1", "select 1"], "--rows goes without a query; give it a limit"],
  [["--json"], "--json goes with a query"],
  [["--json", "--csv", "select 1"], "--json and --csv: give one of them"],
  [["select", "1"], "give one query, in quotation marks"],
  [[" "], "the query is empty"],
  [["--jsn"], "Unknown option '--jsn'"],
])("refuses %j", (args, problem) => {
  expect(() => parseOptions(args)).toThrow(problem);
  expect(() => parseOptions(args)).toThrow(/\nUsage: npm run lake -- /);
});
