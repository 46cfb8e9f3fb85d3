import { setImmediate as othersFirst } from "node:timers/promises";
import { type FileMetaData, parquetMetadata, parquetReadObjects, type SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { compressors, exactBuffer, exactText } from "../parquet";
import {
  type AddFile,
  type Metadata,
  type Protocol,
  type RemoveFile,
  type Transaction,
  wrongField,
} from "./actions";

/** The part of a checkpoint that a writer needs: everything but the files. */
export interface CheckpointState {
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  readonly transactions: readonly Transaction[];
}

/** The files of a table at a checkpoint. */
export interface CheckpointFiles {
  readonly adds: readonly AddFile[];
  /** Files that are no longer in the table, but may still be in its directory. */
  readonly removes: readonly RemoveFile[];
}

export interface EncodedCheckpoint {
  readonly contents: Uint8Array;
  /** The number of actions. */
  readonly actions: number;
}

/** One action a row; small groups of rows bound the memory that encoding and decoding take. */
const rowsOfGroup = 2000;

type Body = Readonly<Record<string, unknown>>;
type Row = Readonly<Partial<Record<CheckpointColumn, object>>>;

/** Writes a checkpoint as a Parquet file of one action a row. */
export function encodeCheckpoint(state: CheckpointState, files: CheckpointFiles): EncodedCheckpoint {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: checkpointSchema,
    codec: "SNAPPY",
    statistics: false,
    createdBy: "kafka-iot-sim",
  });
  let actions = 0;
  let group: Row[] = [];
  const writeGroup = () => {
    const columnData = Object.keys(checkpointFields).map((name) => ({
      name,
      data: group.map((row) => longs(name as CheckpointColumn, row)),
    }));
    void writer.write({ columnData, rowGroupSize: rowsOfGroup });
    actions += group.length;
    group = [];
  };
  for (const row of rowsOf(state, files)) {
    group.push(row);
    if (group.length === rowsOfGroup) writeGroup();
  }
  if (group.length > 0) writeGroup();
  void writer.finish();
  return { contents: bytes.getBytes(), actions };
}

function* rowsOf(
  { protocol, metadata, transactions }: CheckpointState,
  { adds, removes }: CheckpointFiles,
): Generator<Row> {
  yield { protocol };
  yield { metaData: metadata };
  for (const txn of transactions) yield { txn };
  for (const add of adds) yield { add: { ...add, dataChange: false } };
  for (const remove of removes) yield { remove: { ...remove, dataChange: false } };
}

/** The action of a row in a column, or null, with its integers as the Parquet writer requires them. */
function longs(column: CheckpointColumn, row: Row): Body | null {
  const action = row[column] as Body | undefined;
  if (action === undefined) return null;
  const fields: Readonly<Record<string, unknown>> = checkpointFields[column];
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(action)) {
    values[name] = fields[name] === "long" && typeof value === "number" ? BigInt(value) : value;
  }
  return values;
}

/**
 * Reads a checkpoint's state without its files, so that the cost does not depend on the number of files.
 * @returns undefined if it is incomplete or damaged.
 */
export async function decodeCheckpointState(contents: Uint8Array): Promise<CheckpointState | undefined> {
  const rows = await readRows(contents, ["txn", "metaData", "protocol"]);
  if (rows === undefined) return undefined;
  const [protocol, ...otherProtocols] = rows.protocol as unknown as Protocol[];
  const [metadata, ...otherMetadata] = rows.metaData as unknown as Metadata[];
  if (protocol === undefined || metadata === undefined) return undefined;
  if (otherProtocols.length > 0 || otherMetadata.length > 0) return undefined;
  return { protocol, metadata, transactions: rows.txn as unknown as Transaction[] };
}

/**
 * Visits a checkpoint's data files one by one, so that a caller does not have to hold all of them.
 * @returns whether all files were visited; false if the checkpoint is incomplete or damaged.
 */
export function visitCheckpointFiles(contents: Uint8Array, visit: (add: AddFile) => void): Promise<boolean> {
  return visitRows(contents, ["add"], (_column, body) => visit(body as unknown as AddFile));
}

/** Reads a checkpoint's files. @returns undefined if it is incomplete or damaged. */
export async function decodeCheckpointFiles(contents: Uint8Array): Promise<CheckpointFiles | undefined> {
  const rows = await readRows(contents, ["add", "remove"]);
  if (rows === undefined) return undefined;
  return { adds: rows.add as unknown as AddFile[], removes: rows.remove as unknown as RemoveFile[] };
}

/** The actions of some columns; undefined if they are damaged. */
async function readRows<Column extends CheckpointColumn>(
  contents: Uint8Array,
  columns: readonly Column[],
): Promise<Readonly<Record<Column, Body[]>> | undefined> {
  const found = Object.fromEntries(columns.map((column) => [column, []])) as unknown as Record<
    Column,
    Body[]
  >;
  const isWhole = await visitRows(contents, columns, (column, body) => found[column].push(body));
  return isWhole ? found : undefined;
}

/**
 * Visits the actions of some columns, one group of rows at a time. For bytes that are not Parquet, the library throws errors of many
 * kinds.
 * @returns false if they are damaged.
 */
async function visitRows<Column extends CheckpointColumn>(
  contents: Uint8Array,
  columns: readonly Column[],
  visit: (column: Column, body: Body) => void,
): Promise<boolean> {
  const file = exactBuffer(contents);
  let metadata: FileMetaData;
  try {
    metadata = parquetMetadata(file);
  } catch {
    return false;
  }
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const rows = await parquetReadObjects({
      file,
      metadata,
      columns: [...columns],
      rowStart,
      rowEnd,
      compressors,
      parsers: exactText,
    }).catch(() => undefined);
    if (rows === undefined) return false;
    for (const row of rows) {
      for (const column of columns) {
        const body = actionOf(row[column]);
        if (body === undefined) continue;
        if (wrongField(column, body) !== undefined) return false;
        visit(column, body);
      }
    }
    rowStart = rowEnd;
    // Checkpoints of large tables take seconds; other work of the thread must not wait for them.
    await othersFirst();
  }
  return true;
}

/** An action without its null fields; null within a map is a value. */
function actionOf(row: unknown): Body | undefined {
  if (typeof row !== "object" || row === null) return undefined;
  return Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : (value as unknown)]),
  );
}

/** The protocol's type of an action's field. */
type Field = "string" | "long" | "integer" | "boolean" | "map" | "list" | { readonly [name: string]: Field };

/**
 * The columns of a checkpoint: one for each kind of action, with the fields and types of the protocol's checkpoint schema.
 * An action that has `metaData.format`, a list or a map must have all of its parts.
 */
const checkpointFields = {
  txn: { appId: "string", version: "long", lastUpdated: "long" },
  add: {
    path: "string",
    partitionValues: "map",
    size: "long",
    modificationTime: "long",
    dataChange: "boolean",
    stats: "string",
    tags: "map",
  },
  remove: {
    path: "string",
    deletionTimestamp: "long",
    dataChange: "boolean",
    extendedFileMetadata: "boolean",
    partitionValues: "map",
    size: "long",
  },
  metaData: {
    id: "string",
    name: "string",
    description: "string",
    format: { provider: "string", options: "map" },
    schemaString: "string",
    partitionColumns: "list",
    configuration: "map",
    createdTime: "long",
  },
  protocol: {
    minReaderVersion: "integer",
    minWriterVersion: "integer",
    readerFeatures: "list",
    writerFeatures: "list",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Field>>>>;

export type CheckpointColumn = keyof typeof checkpointFields;

/** The Parquet schema of these columns: groups in depth-first order, everything nullable except the keys of maps. */
const checkpointSchema: SchemaElement[] = [
  { name: "spark_schema", num_children: Object.keys(checkpointFields).length },
  ...Object.entries(checkpointFields).flatMap(([name, fields]) => elementsOf(name, fields)),
];

function elementsOf(name: string, field: Field): SchemaElement[] {
  if (typeof field === "object") {
    const children = Object.entries(field);
    return [
      { name, repetition_type: "OPTIONAL", num_children: children.length },
      ...children.flatMap(([child, inner]) => elementsOf(child, inner)),
    ];
  }
  switch (field) {
    case "string":
      return [text(name, "OPTIONAL")];
    case "long":
      return [{ name, type: "INT64", repetition_type: "OPTIONAL" }];
    case "integer":
      return [{ name, type: "INT32", repetition_type: "OPTIONAL" }];
    case "boolean":
      return [{ name, type: "BOOLEAN", repetition_type: "OPTIONAL" }];
    case "map":
      return [
        { name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "MAP" },
        { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
        text("key", "REQUIRED"),
        text("value", "OPTIONAL"),
      ];
    case "list":
      return [
        { name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        text("element", "OPTIONAL"),
      ];
  }
}

function text(name: string, repetition: "OPTIONAL" | "REQUIRED"): SchemaElement {
  return { name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: repetition };
}
