import { describe, expect, it } from "vitest";
import { parseReplayTable, type ReplayColumns } from "./replay-table";
import { brokenBytes } from "../testing/odd-texts";

function read(text: string | Buffer, columns: ReplayColumns = {}) {
  const table = parseReplayTable(Buffer.from(text), columns);
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

  it("are found by the column's name, whatever the other columns hold", () => {
    expect(read("name,a,b\nx,1,2\ny,3,\nz,5\n", { column: "a" })).toEqual({
      values: [1, 3, 5],
      timesMs: undefined,
    });
  });

  it("have times in seconds or as moments, counted from the first one", () => {
    expect(read("t,v\n100.5,1\n101,2\n200,3\n", { timeColumn: "t" })).toEqual({
      values: [1, 2, 3],
      timesMs: [0, 500, 99_500],
    });
    const moments = "v,t\n1,2026-11-23T00:00:01Z\n2,2026-11-23T00:00:01.25Z\n3,2026-11-23T03:00:02+02:00\n";
    expect(read(moments, { timeColumn: "t" })).toEqual({ values: [1, 2, 3], timesMs: [0, 250, 3_601_000] });
  });

  it("have times that are exact to the last digit, in every form", () => {
    const times = (...cells: readonly string[]) => {
      const text = ["t,v", ...cells.map((cell) => `${cell},1`)].join("\n");
      return (read(text, { timeColumn: "t" }) as { timesMs: number[] }).timesMs;
    };
    expect(times("-1.005", "0", "1.005", "1.005001", "2e3")).toEqual([0, 1005, 2010, 2010.001, 2_001_005]);
    expect(times("1795392000.123", "1795392000.124", "1795392000.5")).toEqual([0, 1, 377]);
    const moments = times(
      "2026-11-23T00:00Z",
      "2026-11-23T00:00:00.000250Z",
      "2026-11-23T05:30:00.0005+05:30",
    );
    expect(moments[0]).toBe(0);
    expect(moments[1]).toBeCloseTo(0.25, 3);
    expect(moments[2]).toBeCloseTo(0.5, 3);
  });

  it.each([
    ["CR alone", "v,w\r1,x\r2,y\r"],
    ["LF, then CRLF", "v,w\n1,x\r\n2,y\r\n"],
    ["commas after all of it", "v,w,\n1,x,\n2,y,\n"],
    ["a header like other numbers", "v,1\n1,x\n2,y\n"],
    ["a byte order mark", "\uFEFFv,w\n1,x\n2,y"],
  ])("are read from lines with %s", (_, text) => {
    expect(read(text, { column: "v" })).toEqual({ values: [1, 2], timesMs: undefined });
  });

  it("can be a hundred thousand", () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => `${index},${index / 8}`);
    const table = parseReplayTable(Buffer.from(`t,v\n${rows.join("\n")}`), { timeColumn: "t", column: "v" });
    expect(table.kind === "table" && [table.values.at(-1), table.timesMs?.at(-1)]).toEqual([
      99_999 / 8,
      99_999_000,
    ]);
  });
});

const surplus = (found: string, cells: number, columns: number) =>
  `found "${found}", which has ${cells} cells, and the header ${columns}; write numbers with a point, such as 1.5, and quote texts with commas`;
const separated = (found: string, by: string) =>
  `found ${found}; separate columns by commas, not by ${by}, and write numbers with a point`;

describe("a problem of recorded values is reported with its line", () => {
  it.each<[string, string, ReplayColumns, (number | string | undefined)[]]>([
    ["nothing", "", {}, [undefined, "it is empty; write a header line and a line for each value"]],
    ["empty lines", "\n\n", {}, [undefined, "it is empty; write a header line and a line for each value"]],
    ["a header", "v\n", {}, [undefined, "it has a header and no values; write a line for each"]],
    ["a word", "v\n1\n\nhot\n5", {}, [4, 'found "hot"; write a number such as 21.5']],
    ["no value", "v,w\n1,2\n,3", { column: "v" }, [3, 'found ""; write a number such as 21.5']],
    ["no number", "v\n0x10", {}, [2, 'found "0x10"; write a number such as 21.5']],
    ["infinity", "v\n1e999", {}, [2, 'found "1e999"; write a number such as 21.5']],
    ["too small a number", "v\n1e-400", {}, [2, 'found "1e-400"; write a number such as 21.5']],
    ["not a number", "v\n1\nNaN", {}, [3, 'found "NaN"; write a number such as 21.5']],
    ["a word for infinity", "v\n1\n-Infinity", {}, [3, 'found "-Infinity"; write a number such as 21.5']],
    ["a decimal comma in quotes", 'v\n"1,5"', {}, [2, 'found "1,5"; write a number such as 21.5']],
    ["thousands in quotes", 'v\n"1,234.5"', {}, [2, 'found "1,234.5"; write a number such as 21.5']],
    ["spaces in a number", "v\n1 234", {}, [2, 'found "1 234"; write a number such as 21.5']],
    ["a unit", "v\n21.5 °C", {}, [2, 'found "21.5 °C"; write a number such as 21.5']],
    ["a decimal comma", "temp\n1\n1,5\n2,5", {}, [3, surplus("1,5", 2, 1)]],
    ["decimal commas beside times", "t,v\n0,1\n1,2,5\n", { timeColumn: "t" }, [3, surplus("1,2,5", 3, 2)]],
    ["an empty cell too many", "v\n1\n2,\n", {}, [3, surplus("2,", 2, 1)]],
    [
      "a cell too many in what is not asked for",
      "v,w\n1,x\n2,y,z\n",
      { column: "v" },
      [3, surplus("2,y,z", 3, 2)],
    ],
    [
      "semicolons",
      "t;v\n0;1,5\n1;2,5\n",
      { timeColumn: "t", column: "v" },
      [1, separated('"t;v"', "semicolons")],
    ],
    ["semicolons alone", "t;v\n", { column: "v" }, [1, separated('"t;v"', "semicolons")]],
    ["tabs", "t\tv\n0\t1\n", {}, [1, separated('"t\\tv"', "tabs")]],
    ["Excel's word for semicolons", "sep=;\nt;v\n0;1", {}, [1, separated('"sep=;"', "semicolons")]],
    [
      "no header",
      "21.5\n22\n",
      {},
      [1, 'found "21.5" where the header should be; write the column\'s name into the first line'],
    ],
    ["CR alone and a word", "v\r1\r\rhot\r", {}, [4, 'found "hot"; write a number such as 21.5']],
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
      "a time of both worlds",
      "t,v\n2026-11-23 00:00:01Z,1",
      { timeColumn: "t" },
      [2, 'found "2026-11-23 00:00:01Z"; write seconds, or a time such as 2026-11-23T00:00:01Z'],
    ],
    [
      "milliseconds since 1970",
      "t,v\n1795392000000,1\n1795392001000,2",
      { timeColumn: "t" },
      [
        2,
        'found "1795392000000"; write seconds: these look like milliseconds since 1970, so divide them by 1000',
      ],
    ],
    [
      "a moment after seconds",
      "t,v\n100,1\n2026-11-23T00:00:01Z,2",
      { timeColumn: "t" },
      [3, 'found "2026-11-23T00:00:01Z"; write all times in one form, as line 2 has it'],
    ],
    [
      "seconds after a moment",
      "t,v\n2026-11-23T00:00:01Z,1\n\n1795392002,2",
      { timeColumn: "t" },
      [4, 'found "1795392002"; write all times in one form, as line 2 has it'],
    ],
    [
      "a time before the one before it",
      "t,v\n0,1\n-1,2",
      { timeColumn: "t" },
      [3, 'found "-1"; write a time after that of the previous line'],
    ],
    [
      "no time",
      "t,v\n0,1\n,2",
      { timeColumn: "t" },
      [3, 'found ""; write seconds, or a time such as 2026-11-23T00:00:01Z'],
    ],
    [
      "a time twice",
      "t,v\n1,1\n2,2\n\n2,3\n1,4",
      { timeColumn: "t" },
      [5, 'found "2"; write a time after that of the previous line'],
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

describe("recorded values must be UTF-8", () => {
  const asUtf8 = 'save it as UTF-8 (in Excel "CSV UTF-8")';
  const text = "v,w\n1,x\n2,y\n";
  const utf16 = Buffer.from(text, "utf16le");

  it.each<[string, Buffer, (number | string | undefined)[]]>([
    ["UTF-16 with its mark", Buffer.from(`\uFEFF${text}`, "utf16le"), [undefined, `it is UTF-16; ${asUtf8}`]],
    [
      "UTF-16 the other way round",
      Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
      [undefined, `it is UTF-16; ${asUtf8}`],
    ],
    ["UTF-16 without a mark", utf16, [1, `found a NUL byte, as UTF-16 has; ${asUtf8}`]],
    ["a NUL", Buffer.from("v,w\r\n1,x\r\n2,\0\r\n"), [3, `found a NUL byte, as UTF-16 has; ${asUtf8}`]],
    [
      "Latin-1",
      Buffer.from("v,w\n1,x\n2,caf\xe9\n", "latin1"),
      [3, `found bytes that are not UTF-8; ${asUtf8}`],
    ],
    [
      "Latin-1 in the header",
      Buffer.from("v,\xb0C\r1,2", "latin1"),
      [1, `found bytes that are not UTF-8; ${asUtf8}`],
    ],
  ])("and not %s", (_, bytes, problem) => {
    expect(read(bytes, { column: "v" })).toEqual(problem);
  });

  it.each([...brokenBytes])("and not %s", (_, bytes) => {
    const whole = Buffer.concat([Buffer.from("v,w\n1,x\n\n2,"), bytes, Buffer.from("\n3,y")]);
    expect(read(whole, { column: "v" })).toEqual([4, `found bytes that are not UTF-8; ${asUtf8}`]);
  });
});
