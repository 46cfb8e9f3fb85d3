import { ParquetEnvelopeWriter, ParquetSchema, ParquetWriter, type FieldDefinition } from "parquetjs-lite";
import { decodeDataFile } from "../../apps/shared/delta/data-files/decode";
import { encodeDataFile } from "../../apps/shared/delta/data-files/encode";
import type { RowBatch } from "../../apps/shared/delta/data-files/row-batch";
import { type Column, type ColumnType, dataColumns } from "../../apps/shared/delta/schema";
import { observationSchema } from "../../contract/tables";
import { markdownTable, median } from "../support/figures";
import { fleetBatch } from "./observations";

const columns = dataColumns(observationSchema);
/** One minute of the throughput benchmark: 1,000,000 observations of ten minutes. */
const rowsOfFile = 100_000;
const rounds = 6;

/** A library that encodes rows as one Parquet file in memory. */
interface FileWriter {
  readonly name: string;
  /** How many files a round encodes: enough for a steady figure, few enough for the slowest. */
  readonly filesOfRound: number;
  readonly encode: (batch: RowBatch) => Uint8Array | Promise<Uint8Array>;
}

const writers: readonly FileWriter[] = [
  {
    name: "hyparquet-writer, as the lake uses it",
    filesOfRound: 10,
    encode: (batch) => encodeDataFile(columns, batch),
  },
  { name: "parquetjs-lite, its buffer filled by column", filesOfRound: 4, encode: encodeByColumn },
  { name: "parquetjs-lite, `appendRow`", filesOfRound: 1, encode: encodeByRow },
];

interface Run {
  readonly rowsPerSecond: number;
  /** Processor time for a million rows. Other programs on the machine change it less than the rows a second. */
  readonly cpuSecondsPerMillion: number;
  readonly bytesPerRow: number;
}

/**
 * Encodes the same observations by the library that the lake uses and by the one that it used before, in turn and in one
 * process. No broker and no disk takes part. Every file is read back and compared with its rows.
 */
export async function measureParquet(): Promise<void> {
  const runs = new Map<FileWriter, Run[]>(writers.map((writer) => [writer, []]));
  for (const writer of writers) await checkFile(writer, fleetBatch(0, 1_000));
  for (let round = 0; round < rounds; round++) {
    // Each round starts with another writer, so that none always works in the memory that another has left.
    for (let turn = 0; turn < writers.length; turn++) {
      const writer = writers[(round + turn) % writers.length];
      if (writer === undefined) continue;
      const run = await runOnce(writer, fleetBatch(round, rowsOfFile));
      // The first round warms the compiler up.
      if (round > 0) runs.get(writer)?.push(run);
      console.error(`round ${round}, ${writer.name}: ${showRate(run.rowsPerSecond)}`);
    }
  }
  console.log(
    `\nParquet files of ${rowsOfFile.toLocaleString("en")} observations, encoded in memory; medians of ${rounds - 1} rounds.\n`,
  );
  console.log(report([...runs]));
}

async function runOnce({ filesOfRound, encode }: FileWriter, batch: RowBatch): Promise<Run> {
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  let bytes = 0;
  for (let file = 0; file < filesOfRound; file++) bytes += (await encode(batch)).length;
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const rows = filesOfRound * batch.rows;
  return {
    rowsPerSecond: rows / seconds,
    cpuSecondsPerMillion: (user + system) / rows,
    bytesPerRow: bytes / rows,
  };
}

/** @throws Error if a file does not hold the rows that it was made of. */
async function checkFile(writer: FileWriter, batch: RowBatch): Promise<void> {
  const decoded = await decodeDataFile(columns, await writer.encode(batch));
  for (const { name } of columns) {
    const [written = [], read = []] = [batch.columns[name], decoded.columns[name]];
    if (written.length !== read.length || written.some((value, row) => value !== read[row]))
      throw new Error(`${writer.name}: the file has other values of ${name}`);
  }
}

const parquetTypes: Readonly<Record<Exclude<ColumnType, "binary">, FieldDefinition["type"]>> = {
  string: "UTF8",
  long: "INT64",
  integer: "INT32",
  double: "DOUBLE",
  timestamp: "TIMESTAMP_MICROS",
};

const options = { useDataPageV2: false, pageIndex: false };

function parquetjsWriter(): { readonly writer: ParquetWriter; readonly sections: Buffer[] } {
  const fields = columns.map(({ name, type, nullable }) => {
    if (type === "binary") throw new Error("observations have no column of bytes");
    const field = { type: parquetTypes[type], optional: nullable, compression: "SNAPPY", statistics: false };
    return [name, field] as const;
  });
  const schema = new ParquetSchema(Object.fromEntries(fields) as Record<string, FieldDefinition>);
  const sections: Buffer[] = [];
  const collect = (section: Buffer) => void sections.push(section);
  const envelope = new ParquetEnvelopeWriter(schema, collect, () => {}, 0, options);
  return { writer: new ParquetWriter(schema, envelope, options), sections };
}

/** The fast way, which the lake took: the library's row buffer is filled column by column, past `appendRow`. */
async function encodeByColumn({ rows, columns: values }: RowBatch): Promise<Uint8Array> {
  const { writer, sections } = parquetjsWriter();
  writer.rowBuffer = {
    rowCount: rows,
    pageRowCount: rows,
    columnData: Object.fromEntries(
      columns.map((each) => [each.name, columnData(each, values[each.name] ?? [])]),
    ),
    pages: Object.fromEntries(columns.map(({ name }) => [name, []])),
  };
  await writer.close();
  return Buffer.concat(sections);
}

function columnData({ type, nullable }: Column, values: RowBatch["columns"][string]) {
  const all = [...values] as (string | number | bigint | null)[];
  const present = all.filter((value) => value !== null);
  return {
    values: present.map((value) =>
      type === "string" ? Buffer.from(String(value)) : (value as number | bigint),
    ),
    dlevels: nullable ? all.map((value) => (value === null ? 0 : 1)) : new Array<number>(all.length).fill(0),
    rlevels: new Array<number>(all.length).fill(0),
    count: all.length,
    distinct_values: new Set(),
  };
}

/** The documented way: one row after the other. */
async function encodeByRow({ rows, columns: values }: RowBatch): Promise<Uint8Array> {
  const { writer, sections } = parquetjsWriter();
  writer.setRowGroupSize(rows + 1);
  for (let row = 0; row < rows; row++) {
    const fields = columns.flatMap(({ name }) => {
      const value = values[name]?.[row];
      return value === null || value === undefined ? [] : [[name, value] as const];
    });
    await writer.appendRow(Object.fromEntries(fields));
  }
  await writer.close();
  return Buffer.concat(sections);
}

function report(runs: readonly (readonly [FileWriter, readonly Run[]])[]): string {
  const middle = (of: readonly Run[], figure: keyof Run) => median(of.map((run) => run[figure]));
  const [, ours = []] = runs[0] ?? [];
  const rows = runs.map(([{ name }, own]) => {
    const rate = middle(own, "rowsPerSecond");
    return [
      name,
      showRate(rate),
      `${(middle(ours, "rowsPerSecond") / rate).toFixed(1)} ×`,
      `${middle(own, "cpuSecondsPerMillion").toFixed(2)} s`,
      middle(own, "bytesPerRow").toFixed(1),
    ];
  });
  const heading = ["", "rows/s", "the lake's is faster by", "processor, 1,000,000 rows", "bytes/row"];
  return markdownTable([heading, ...rows]);
}

const showRate = (rate: number) => `${(Math.round(rate / 1_000) * 1_000).toLocaleString("en")} rows/s`;
