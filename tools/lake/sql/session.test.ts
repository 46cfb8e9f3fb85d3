import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BIGINT, VARCHAR } from "@duckdb/node-api";
import { parse as parseCsv } from "csv-parse/sync";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { oddNames, shownInOneLine } from "../../../apps/shared/testing/odd-names";
import { observationSchema } from "../../../contract/tables";
import { type OutputFormat, printResult, resultPrinter } from "../output/print-result";
import { dataFile, type TestRow } from "./testing/data-file";
import { sessionOver } from "./testing/session";
import type { SqlSession } from "./session";

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), "session-"))));
afterEach(() => rm(root, { recursive: true }));

const time = Date.parse("2026-11-23T23:59:58.007Z");
const row = (offset: number, more: TestRow = {}): TestRow => ({
  device: "d",
  sensor_name: "s",
  boot: 9_007_199_254_740_991,
  seq: offset,
  timestamp: time,
  value: 0.1,
  label: null,
  kafka_topic: "d",
  kafka_partition: 0,
  kafka_offset: offset,
  kafka_timestamp: time,
  ...more,
});

async function printed(session: SqlSession, sql: string, format: OutputFormat): Promise<string[]> {
  let output = "";
  await session.query(
    sql,
    resultPrinter(format, (text) => {
      output += text;
      return Promise.resolve("printed");
    }),
  );
  return output.split("\n").slice(0, -1);
}

it("the session shows rows with their partition, for people and for programs", async () => {
  const rows = [row(0, { label: 'a,"b"\u001b' }), row(1, { timestamp: time + 1 })];
  const session = await sessionOver(root, [[59, dataFile(observationSchema, rows)]]);
  const sql =
    "select kafka_offset, label, boot + 2 as beyond, timestamp, year, minute from bronze order by 1";
  await expect(printed(session, sql, "table")).resolves.toEqual([
    "kafka_offset  label                  beyond  timestamp                year  minute",
    '           0  a,"b"\\u001b  9007199254740993  2026-11-23 23:59:58.007  2026      59',
    "           1               9007199254740993  2026-11-23 23:59:58.008  2026      59",
  ]);
  await expect(printed(session, sql, "json")).resolves.toEqual([
    '{"kafka_offset":0,"label":"a,\\"b\\"\\u001b","beyond":9007199254740993,"timestamp":"2026-11-23T23:59:58.007Z","year":2026,"minute":59}',
    '{"kafka_offset":1,"label":null,"beyond":9007199254740993,"timestamp":"2026-11-23T23:59:58.008Z","year":2026,"minute":59}',
  ]);
  await expect(printed(session, sql, "csv")).resolves.toEqual([
    "kafka_offset,label,beyond,timestamp,year,minute",
    '0,"a,""b""\u001b",9007199254740993,2026-11-23T23:59:58.007Z,2026,59',
    "1,,9007199254740993,2026-11-23T23:59:58.008Z,2026,59",
  ]);
  await session.close();
});

it("null and an empty text are distinguished", async () => {
  const session = await sessionOver(root, []);
  const sql = "select null as nothing, '' as empty, ' ' as space";
  await expect(printed(session, sql, "csv")).resolves.toEqual(["nothing,empty,space", ',"", ']);
  await expect(printed(session, sql, "json")).resolves.toEqual(['{"nothing":null,"empty":"","space":" "}']);
  await session.close();
});

it("values of all types are written as JSON", async () => {
  const session = await sessionOver(root, []);
  const sql = `select 1.50::decimal(9,2) as amount, [1, null] as list, {'at': timestamptz '2026-01-01 00:00:00.000001Z'} as struct,
    map {'k': 170141183460469231731687303715884105727::hugeint} as map, 'nan'::double as nan, timestamp '2026-01-01 00:00:00' as local,
    'a\\x00'::blob as bytes, date '2026-01-01' as day, true as yes, 'infinity'::timestamptz as never,
    timestamptz '1969-12-31 23:59:59.9999Z' as before`;
  await expect(printed(session, sql, "json")).resolves.toEqual([
    '{"amount":1.50,"list":[1,null],"struct":{"at":"2026-01-01T00:00:00.000001Z"},' +
      '"map":{"k":170141183460469231731687303715884105727},"nan":"NaN","local":"2026-01-01T00:00:00.000",' +
      '"bytes":"a\\\\x00","day":"2026-01-01","yes":true,"never":"infinity","before":"1969-12-31T23:59:59.999900Z"}',
  ]);
  await session.close();
});

it("an empty table has its columns and types", async () => {
  const session = await sessionOver(root, []);
  await expect(printed(session, "select count(*) as rows from bronze", "csv")).resolves.toEqual([
    "rows",
    "0",
  ]);
  const described = await session.rows<{ column_name: string; column_type: string }>("describe bronze");
  expect(described.map((column) => `${column.column_name} ${column.column_type}`)).toEqual([
    "device VARCHAR",
    "sensor_name VARCHAR",
    "boot BIGINT",
    "seq BIGINT",
    "timestamp TIMESTAMP WITH TIME ZONE",
    "value DOUBLE",
    "label VARCHAR",
    "kafka_topic VARCHAR",
    "kafka_partition INTEGER",
    "kafka_offset BIGINT",
    "kafka_timestamp TIMESTAMP WITH TIME ZONE",
    "year INTEGER",
    "month INTEGER",
    "day INTEGER",
    "hour INTEGER",
    "minute INTEGER",
  ]);
  await session.close();
});

it("the session reads files of other writers that lack a nullable column", async () => {
  const columns = observationSchema.columns.filter(({ name }) => name !== "label");
  const lacking = { ...observationSchema, columns };
  const session = await sessionOver(root, [
    [58, dataFile(observationSchema, [row(0, { label: "there" })])],
    [59, dataFile(lacking, [row(1)])],
  ]);
  await expect(printed(session, "select label from bronze order by kafka_offset", "json")).resolves.toEqual([
    '{"label":"there"}',
    '{"label":null}',
  ]);
  await session.close();
});

it("the session reads columns of other programs of any type, and null if files lack them", async () => {
  const added = [
    { name: "site", type: "string" },
    { name: "moment", type: "timestamp_ntz" },
    { name: "tags", type: { type: "array", elementType: "string", containsNull: true } },
    { name: "more", type: { type: "map", keyType: "string", valueType: "long", valueContainsNull: true } },
    { name: "place", type: { type: "struct", fields: [{ name: 'la"t', type: "double", nullable: true }] } },
  ];
  const file = dataFile(observationSchema, [row(0)]);
  const session = await sessionOver(root, [[59, file]], [], added);
  const sql = "select kafka_offset, site, moment, tags, more, place from bronze";
  await expect(printed(session, sql, "json")).resolves.toEqual([
    '{"kafka_offset":0,"site":null,"moment":null,"tags":null,"more":null,"place":null}',
  ]);
  const types = await session.rows<{ column_type: string }>(
    "select column_type from (describe bronze) limit 5 offset 16",
  );
  expect(types.map(({ column_type }) => column_type)).toEqual([
    "VARCHAR",
    "TIMESTAMP",
    "VARCHAR[]",
    "MAP(VARCHAR, BIGINT)",
    'STRUCT("la""t" DOUBLE)',
  ]);
  await session.close();
});

it("the session skips unreadable files, each with its reason, and reads the others", async () => {
  const whole = dataFile(observationSchema, [row(0), row(1)]);
  const cut = whole.subarray(0, whole.length / 2);
  const bent = Buffer.from(whole);
  // In the middle of a page: only reading its values shows it.
  bent.fill(0xff, 20, 60);
  const session = await sessionOver(root, [
    [57, dataFile(observationSchema, [row(5)])],
    [58, cut],
    [59, dataFile(observationSchema, [row(9)])],
    [56, bent],
  ]);
  await expect(printed(session, "select kafka_offset from bronze order by all", "csv")).resolves.toEqual([
    "kafka_offset",
    "5",
    "9",
  ]);
  expect(session.unread.map(({ table, name }) => `${table} ${name}`).sort()).toEqual([
    "bronze f1.parquet",
    "bronze f3.parquet",
  ]);
  for (const { reason } of session.unread) expect(reason).not.toContain("\n");
  // It says them once, and a wrong query is still the query's fault.
  await expect(session.rows("select device, count(*) from bronze group by all")).resolves.toHaveLength(1);
  await expect(session.rows("select error('mine') from bronze")).rejects.toThrow("mine");
  expect(session.unread).toHaveLength(2);
  await session.close();
});

it("the session reports a wrong query with DuckDB's message, and leaves nothing behind", async () => {
  const session = await sessionOver(root, []);
  await expect(printed(session, "select nope from bronze", "table")).rejects.toThrow(
    /^Binder Error: Referenced column "nope" not found in FROM clause!\nCandidate bindings: [^\n]*$/,
  );
  await expect(printed(session, "select error('late') from range(9)", "table")).rejects.toThrow(
    /^Invalid Input Error: late$/,
  );
  // Of an extension that DuckDB would fetch.
  await expect(printed(session, "select st_point(1, 2)", "table")).rejects.toThrow(
    /^Catalog Error: Scalar Function with name "st_point" is not in the catalog/,
  );
  await session.close();
  expect(await readdir(join(root, "scratch"))).toEqual([]);
});

it("a query stops if nobody reads its result any more", async () => {
  const session = await sessionOver(root, []);
  let texts = 0;
  await session.query("select * from range(1000000)", (result) =>
    printResult(result, "json", () => Promise.resolve(++texts === 2 ? "closed" : "printed")),
  );
  expect(texts).toBe(2);
  await session.close();
});

describe("several statements", () => {
  const sql =
    "create temp table t (a int); insert into t values (1), (2); select a from t order by a; select ';' as b";

  it.each<[OutputFormat, string[]]>([
    ["table", ["Count", "    2", "", "a", "1", "2", "", "b", ";"]],
    ["json", ['{"Count":2}', '{"a":1}', '{"a":2}', '{"b":";"}']],
    ["csv", ["Count", "2", "", "a", "1", "2", "", "b", ";"]],
  ])("are answered one after the other, as %s", async (format, lines) => {
    const session = await sessionOver(root, []);
    await expect(printed(session, sql, format)).resolves.toEqual(lines);
    await session.close();
  });

  it("are named if they fail, and the earlier results are shown", async () => {
    const session = await sessionOver(root, []);
    const texts: string[] = [];
    const print = (text: string) => {
      texts.push(text);
      return Promise.resolve("printed" as const);
    };
    await expect(session.query("select 1 as one; select nope", resultPrinter("csv", print))).rejects.toThrow(
      /^statement 2 of 2: Binder Error: Referenced column "nope" was not found/,
    );
    expect(texts.join("")).toBe("one\n1\n");
    await session.close();
  });

  it("are not run if nobody reads any more", async () => {
    const session = await sessionOver(root, []);
    await session.query("select 1; create temp table t (a int)", () => Promise.resolve("closed"));
    await expect(session.rows("from t")).rejects.toThrow("Table with name t does not exist");
    await session.close();
  });

  it("cannot be only comments", async () => {
    const session = await sessionOver(root, []);
    for (const empty of [";", "-- nothing", "/* nothing */ ;"])
      await expect(printed(session, empty, "table")).rejects.toThrow("There is no statement in the query.");
    await session.close();
  });

  it("all read files that lack a column", async () => {
    const columns = observationSchema.columns.filter(({ name }) => name !== "label");
    const session = await sessionOver(root, [
      [58, dataFile(observationSchema, [row(0, { label: "there" })])],
      [59, dataFile({ ...observationSchema, columns }, [row(1)])],
    ]);
    const [first, second] = ["select min(label) as a from bronze", "select max(label) as b from bronze"];
    await expect(printed(session, `${first}; ${second}`, "json")).resolves.toEqual([
      '{"a":"there"}',
      '{"b":"there"}',
    ]);
    await session.close();
  });
});

it("the session reads tables below directories whose names are patterns for DuckDB", async () => {
  for (const name of ["**", "a[b]c", "what?", 'it\'s "here"', "50%"]) {
    const session = await sessionOver(join(root, name), [[59, dataFile(observationSchema, [row(0)])]]);
    await expect(session.rows("select device, kafka_offset from bronze")).resolves.toEqual([
      { device: "d", kafka_offset: 0n },
    ]);
    await session.close();
  }
});

/** Names that a device may have, sent by whatever program. */
describe("names that are odd", () => {
  it("are equal in the table, as parameters, and in filled tables", async () => {
    const files = oddNames.map((device, offset) => row(offset, { device, sensor_name: device }));
    const session = await sessionOver(root, [[59, dataFile(observationSchema, files)]]);
    await session.rows("create temp table names (name varchar, number bigint)");
    await session.fill(
      "names",
      [VARCHAR, BIGINT],
      oddNames.map((name, number) => [name, number]),
    );
    const joined = "select number from names join bronze on name = device where device = ?";
    for (const [offset, name] of oddNames.entries())
      await expect(session.rows(joined, [name])).resolves.toEqual([{ number: BigInt(offset) }]);
    await session.close();
  });

  it("are printed completely, in one line each", async () => {
    const files = oddNames.map((device, offset) => row(offset, { device }));
    const session = await sessionOver(root, [[59, dataFile(observationSchema, files)]]);
    const sql = "select device from bronze order by kafka_offset";
    const json = await printed(session, sql, "json");
    expect(json.map((line) => JSON.parse(line) as unknown)).toEqual(
      oddNames.map((device) => ({ device: device.toWellFormed() })),
    );
    expect(await printed(session, sql, "table")).toEqual([
      "device",
      ...oddNames.map((name) => shownInOneLine(name).trimEnd()),
    ]);
    const csv = await printed(session, sql, "csv");
    expect(parseCsv(csv.join("\n"))).toEqual([
      ["device"],
      ...oddNames.map((device) => [device.toWellFormed()]),
    ]);
    await session.close();
  });
});
