import { DeltaError } from "../errors";
import { schemaDifferences, type TableSchema } from "../schema";
import type { Metadata, Protocol } from "./actions";

/** What decides how a table is to be read and written. */
export interface TableDefinition {
  readonly protocol: Protocol;
  readonly metadata: Metadata;
}

const featureVersions = { reader: 3, writer: 7 } as const;

/** Features that change nothing for a reader who leaves the columns of others alone, unless metadata makes use of them. */
const readableFeatures = ["columnMapping", "timestampNtz", "vacuumProtocolCheck"];

/** The same for a writer who appends, and rearranges rows. What makes use of them is found in the metadata. */
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
 * Checks that what this project reads of a table is all that there is to it.
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

/** What there is to do about a table that another program has changed; the lake looks at it again and again. */
const undoing = "undo that, or move the table away, and the lake goes on";

/**
 * Checks that rows of a schema can be appended to a table, and be rearranged there, without breaking anything that others rely on. Columns
 * that others have added are fine if they may be null.
 * @throws DeltaError SCHEMA_MISMATCH or PROTOCOL_UNSUPPORTED with all that is in the way.
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

/** The same without an error. */
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

/** What a protocol asks for and is not known here. Versions below the one with names stand for features that all are known. */
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
