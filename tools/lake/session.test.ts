import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { observationSchema } from "../../apps/shared/lake-table/schema";
import { type OutputFormat, printResult } from "./print-result";
import type { SqlSession } from "./session";
import { dataFile, type TestRow } from "./testing/data-file";
import { sessionOver } from "./testing/session";

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
  await session.query(sql, (result) =>
    printResult(result, format, (text) => {
      output += text;
      return Promise.resolve("printed");
    }),
  );
  return output.split("\n").slice(0, -1);
}

it("shows rows with their partition, for people and for machines", async () => {
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

it("writes values of all kinds as JSON", async () => {
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

it("gives an empty table its columns and types", async () => {
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

it("reads files of other writers that lack a column that may be null", async () => {
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

it("says what is wrong with a query, in DuckDB's words, and leaves nothing behind", async () => {
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

it("stops when nobody reads any more", async () => {
  const session = await sessionOver(root, []);
  let texts = 0;
  await session.query("select * from range(1000000)", (result) =>
    printResult(result, "json", () => Promise.resolve(++texts === 2 ? "closed" : "printed")),
  );
  expect(texts).toBe(2);
  await session.close();
});
