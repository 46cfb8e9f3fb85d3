import { expect, it } from "vitest";
import { decodeDataFile, type RowBatch } from "../../../shared/delta/data-file";
import { createMemoryStorage } from "../../../shared/delta/memory-storage";
import type { TableSchema } from "../../../shared/delta/schema";
import { writeDataFile } from "./data-files";

const schema = {
  columns: [
    { name: "n", type: "integer", nullable: false },
    { name: "text", type: "string", nullable: true },
    { name: "day", type: "integer", nullable: false },
  ],
  partitionColumns: ["day"],
} as const satisfies TableSchema;

it("splits very many rows over several files", async () => {
  const rows = 500_001;
  const batch: RowBatch = {
    rows,
    columns: {
      n: Int32Array.from({ length: rows }, (_, row) => row),
      text: new Array<null>(rows).fill(null),
    },
  };
  const { files, contents } = createMemoryStorage();
  const adds = await writeDataFile(files, schema, { day: 3 }, batch);
  expect(
    adds.map(({ path, partitionValues, stats }) => [
      path.split("/")[0],
      partitionValues,
      JSON.parse(stats!) as unknown,
    ]),
  ).toEqual(
    [
      [0, 249_999],
      [250_000, 499_999],
      [500_000, 500_000],
    ].map(([first, last]) => [
      "day=3",
      { day: "3" },
      {
        numRecords: last! - first! + 1,
        minValues: { n: first },
        maxValues: { n: last },
        nullCount: { n: 0, text: last! - first! + 1 },
      },
    ]),
  );
  const last = await decodeDataFile(schema.columns.slice(0, 2), contents.get(adds[2]!.path)!);
  expect(last).toEqual({ rows: 1, columns: { n: Int32Array.of(500_000), text: [null] } });
});
