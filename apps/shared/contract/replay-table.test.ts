import { describe, expect, it } from "vitest";
import { parseReplayTable, type ReplayColumns } from "./replay-table";

function read(text: string, columns: ReplayColumns = {}) {
  const table = parseReplayTable(text, columns);
  if (table.kind === "problem") return [table.line, table.reason];
  return { values: [...table.values], timesMs: table.timesMs && [...table.timesMs] };
}

describe("recorded values", () => {
  it("are read from the only column", () => {
    expect(read("value\n1\n-2.5\n3e2\n")).toEqual({ values: [1, -2.5, 300], timesMs: undefined });
  });

  it("are read from files of other systems: byte order mark, CRLF, quotes, spaces, empty lines, no end of line", () => {
    const text = '\uFEFF"flow, in l/s" , note\r\n 1.5 ,"two\r\nlines"\r\n\r\n"2" ,\r\n+.5,x';
    expect(read(text, { column: "flow, in l/s" })).toEqual({ values: [1.5, 2, 0.5], timesMs: undefined });
  });

  it("are found by the column's name, whatever stands in the others", () => {
    expect(read("name,a,b\nx,1,2\ny,3,\nz,5\n", { column: "a" })).toEqual({
      values: [1, 3, 5],
      timesMs: undefined,
    });
  });

  it("have times in seconds or as moments, counted from the first", () => {
    expect(read("t,v\n100.5,1\n101,2\n200,3\n", { timeColumn: "t" })).toEqual({
      values: [1, 2, 3],
      timesMs: [0, 500, 99_500],
    });
    const moments = "v,t\n1,2026-11-23T00:00:01Z\n2,2026-11-23T00:00:01.25Z\n3,2026-11-23T03:00:02+02:00\n";
    expect(read(moments, { timeColumn: "t" })).toEqual({ values: [1, 2, 3], timesMs: [0, 250, 3_601_000] });
  });

  it("may be a hundred thousand", () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => `${index},${index / 8}`);
    const table = parseReplayTable(`t,v\n${rows.join("\n")}`, { timeColumn: "t", column: "v" });
    expect(table.kind === "table" && [table.values.at(-1), table.timesMs?.at(-1)]).toEqual([
      99_999 / 8,
      99_999_000,
    ]);
  });
});

describe("what is wrong with recorded values is told with its line", () => {
  it.each<[string, string, ReplayColumns, (number | string | undefined)[]]>([
    ["nothing", "", {}, [undefined, "it is empty; write a header line and a line for each value"]],
    ["empty lines", "\n\n", {}, [undefined, "it is empty; write a header line and a line for each value"]],
    ["a header", "v\n", {}, [undefined, "it has a header and no values; write a line for each"]],
    ["a word", "v\n1\n\nhot\n5", {}, [4, 'found "hot"; write a number such as 21.5']],
    ["no value", "v,w\n1,2\n,3", { column: "v" }, [3, 'found ""; write a number such as 21.5']],
    ["no number", "v\n0x10", {}, [2, 'found "0x10"; write a number such as 21.5']],
    ["infinity", "v\n1e999", {}, [2, 'found "1e999"; write a number such as 21.5']],
    ["a decimal comma", 'v\n"1,5"', {}, [2, 'found "1,5"; write a number such as 21.5']],
    [
      "a short line",
      "a,b\n1,2\n3\n",
      { column: "b" },
      [3, "it has 1 of 2 columns; write a value for each, separated by commas"],
    ],
    ["no such column", "a,b\n1,2\n", { column: "c" }, [1, 'it has no column "c"; the columns are "a", "b"']],
    [
      "no such column of times",
      "a,b\n1,2\n",
      { column: "a", timeColumn: "t" },
      [1, 'it has no column "t"; the columns are "a", "b"'],
    ],
    [
      "a column twice",
      "a,a\n1,2\n",
      { column: "a" },
      [1, 'it has the column "a" more than once; the columns are "a", "a"'],
    ],
    [
      "several columns",
      "t,a,b\n1,2,3\n",
      { timeColumn: "t" },
      [1, 'it has several columns; set column to one of "a", "b"'],
    ],
    [
      "times alone",
      "t\n1\n",
      { timeColumn: "t" },
      [1, 'it has no column beside the times "t"; add the values'],
    ],
    [
      "a time that is none",
      "t,v\n1,1\nnoon,2",
      { timeColumn: "t" },
      [3, 'found "noon"; write seconds, or a time such as 2026-11-23T00:00:01Z'],
    ],
    [
      "a time of nobody knows where",
      "t,v\n2026-11-23T00:00:01,1",
      { timeColumn: "t" },
      [2, 'found "2026-11-23T00:00:01"; write seconds, or a time such as 2026-11-23T00:00:01Z'],
    ],
    [
      "a time twice",
      "t,v\n1,1\n2,2\n\n2,3\n1,4",
      { timeColumn: "t" },
      [5, 'found "2"; write a time after the one of the line before'],
    ],
    [
      "a quote that does not end",
      'v\n1\n"2\n3\n',
      {},
      [expect.any(Number) as number, expect.stringMatching(/^it is not CSV: Quote Not Closed/) as string],
    ],
    [
      "a quote within a value",
      'v\n1\n2"3\n',
      {},
      [3, expect.stringMatching(/^it is not CSV: Invalid Opening Quote/) as string],
    ],
  ])("%s", (_, text, columns, problem) => {
    expect(read(text, columns)).toEqual(problem);
  });
});
