import { DeltaError } from "../errors";
import { schemaDifferences, type TableSchema } from "../schema";
import type { Metadata, Protocol } from "./actions";

/** What determines how a table must be read and written. */
export interface TableDefinition {
  readonly protocol: Protocol;
  readonly metadata: Metadata;
}

const featureVersions = { reader: 3, writer: 7 } as const;

/** Features that do not affect a reader of this project's columns, unless the metadata uses them. */
const readableFeatures = ["columnMapping", "timestampNtz", "vacuumProtocolCheck"];

/** The same for a writer that appends and compacts. The metadata shows whether they are used. */
const writableFeatures = [
  ...readableFeatures,
  "appendOnly",
  "invariants",
  "checkConstraints",
  "changeDataFeed",
  "generatedColumns",
  "identityColumns",
  "allowColumnDefaults",
];

/**
 * Checks that this project can read a table correctly.
 * @throws DeltaError PROTOCOL_UNSUPPORTED.
 */
export function requireReadable(definition: TableDefinition): void {
  const demands = readerDemands(definition);
  if (demands.length === 0) return;
  throw new DeltaError(
    "PROTOCOL_UNSUPPORTED",
    `the table asks its readers for what this program cannot do: ${demands.join("; ")}; another program has changed it: ` +
      undoing,
  );
}

function readerDemands({ protocol, metadata }: TableDefinition): string[] {
  const { minReaderVersion, readerFeatures } = protocol;
  return [...demandsOf("reader", minReaderVersion, readerFeatures, readableFeatures), ...mapping(metadata)];
}

/** The remedy for a table that another program has changed; the lake tries again until then. */
const undoing = "undo that, or move the table away, and the lake goes on";

/**
 * Checks that rows of a schema can be appended to a table and compacted without breaking anything that other programs rely on. Columns
 * that other programs have added are allowed if they may be null.
 * @throws DeltaError SCHEMA_MISMATCH or PROTOCOL_UNSUPPORTED that lists all obstacles.
 */
export function requireWritable(location: string, schema: TableSchema, definition: TableDefinition): void {
  requireReadable(definition);
  const { differences, demands } = obstacles(schema, definition);
  const problems = [...differences, ...demands];
  if (problems.length === 0) return;
  throw new DeltaError(
    differences.length > 0 ? "SCHEMA_MISMATCH" : "PROTOCOL_UNSUPPORTED",
    `the lake cannot write to the table ${location}: ${problems.join("; ")}: ${undoing}`,
  );
}

/** The same check, without an error. */
export function isWritable(schema: TableSchema, definition: TableDefinition): boolean {
  if (readerDemands(definition).length > 0) return false;
  return Object.values(obstacles(schema, definition)).every(({ length }) => length === 0);
}

function obstacles(schema: TableSchema, { protocol, metadata }: TableDefinition) {
  const differences = schemaDifferences(schema, metadata);
  const { minWriterVersion, writerFeatures } = protocol;
  const demands = demandsOf("writer", minWriterVersion, writerFeatures, writableFeatures);
  return { differences, demands: demands.map((demand) => `it asks for ${demand}`) };
}

/** Requirements of a protocol that this project does not support. Lower versions require only features that it supports. */
function demandsOf(
  whom: keyof typeof featureVersions,
  version: number,
  features: readonly string[] | undefined,
  known: readonly string[],
): string[] {
  const named = featureVersions[whom];
  if (version > named) return [`${whom} version ${version} of Delta's protocol`];
  if (version === named && features === undefined)
    return [`${whom} version ${version} without naming its features`];
  return (features ?? [])
    .filter((feature) => !known.includes(feature))
    .map((feature) => `the feature ${feature}`);
}

function mapping({ configuration }: Partial<Metadata>): string[] {
  const mode = configuration?.["delta.columnMapping.mode"] ?? "none";
  return mode === "none" ? [] : [`columns that are mapped by ${mode}`];
}
