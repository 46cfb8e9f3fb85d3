import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { duration, durationOrNever, size, wholeNumber } from "../../infra/config/schema/fields";
import { root } from "../setup/environment.mjs";
import { undescribed, withTables } from "./page";
import { keysOf, variantsOf } from "./reference";

const path = join(root, "docs", "configuration.md");

describe("docs/configuration.md", () => {
  it("has the tables that the schemas give (else: npm run config-docs)", async () => {
    const page = readFileSync(path, "utf8");
    const options = await resolveConfig(path);
    expect(await format(withTables(page), { ...options, filepath: path })).toBe(page);
  });

  it("has a place for every table, and none for others", () => {
    expect(() => withTables("")).toThrow('docs/configuration.md has no "<!-- table: stack -->"');
    expect(() => withTables("<!-- table: sizes -->\n\n<!-- end of table -->\n")).toThrow(
      'docs/configuration.md has a place for "sizes", which is no table',
    );
  });

  it("every key of the configuration has a description in its schema", () => {
    expect(undescribed()).toEqual([]);
  });
});

describe("the reference of a schema", () => {
  it("takes values from remedies, and defaults in the form that users write", () => {
    const schema = z
      .strictObject({
        port: wholeNumber(1, 65_535).default(9_092).describe("the port"),
        rows: wholeNumber(1, 10_000_000).default(250_000).describe("rows of a commit"),
        wait: duration(100, 3_600_000).default(90_000).describe("the longest wait"),
        rest: durationOrNever(0, 86_400_000).optional(),
        heap: size(2 ** 20, 2 ** 30, "megabytes").default(2 ** 29),
        keep: z.enum(["newest", "oldest"], "write one of: newest, oldest").default("newest"),
        name: z.string("write a name").meta({ description: "its name", fallback: "the type" }).optional(),
        interval: duration(10, 86_400_000)
          .optional()
          .meta({ description: "its interval", fallbackValue: 1_000 }),
        id: z.string("write an id"),
        list: z.array(z.string(), 'list consumers such as [{"type":"lake"}]').prefault(["lake"]),
        times: z.array(z.string(), 'write times such as "06:30"').optional(),
        options: z.strictObject({}, 'write settings by name, such as {"heap":"512MB"}').prefault({}),
      })
      .transform((settings) => settings);
    const rows = keysOf(schema).map(({ name, value, fallback, meaning }) => [name, value, fallback, meaning]);
    expect(rows).toEqual([
      ["port", "a whole number from 1 to 65,535", "9092", "the port"],
      ["rows", "a whole number from 1 to 10,000,000", "250,000", "rows of a commit"],
      ["wait", "a duration from 100ms to 1h", "`90s`", "the longest wait"],
      ["rest", 'a duration from 0 to 1d, or "never"', "none", undefined],
      ["heap", "a size from 1MB to 1GB", "`512MB`", undefined],
      ["keep", "`newest`, `oldest`", "`newest`", undefined],
      ["name", "a name", "the type", "its name"],
      ["interval", "a duration from 10ms to 1d", "`1s`", "its interval"],
      ["id", "an id", undefined, undefined],
      ["list", 'a list of consumers such as `[{"type":"lake"}]`', '`["lake"]`', undefined],
      ["times", 'a list of times such as "06:30"', "none", undefined],
      ["options", 'an object such as `{"heap":"512MB"}`', "those of its keys", undefined],
    ]);
  });

  it("lists the objects of a union with their own keys", () => {
    const union = z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal("spike"), size: z.number("write a number") }).describe("a jump"),
      z.strictObject({ type: z.literal("missing") }),
    ]);
    expect(variantsOf(union)).toEqual([
      {
        type: "spike",
        meaning: "a jump",
        keys: [{ name: "size", value: "a number", fallback: undefined, meaning: undefined }],
      },
      { type: "missing", meaning: undefined, keys: [] },
    ]);
  });

  it("refuses a schema that is of no object", () => {
    expect(() => keysOf(z.string())).toThrow("the schema is of no object");
  });
});
