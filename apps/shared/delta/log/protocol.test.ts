import { describe, expect, it } from "vitest";
import type { TableSchema } from "../schema";
import type { Metadata, Protocol } from "./actions";
import { decodeCheckpointState, encodeCheckpoint } from "./checkpoint";
import { isWritable, requireReadable, requireWritable } from "./protocol";

const schema: TableSchema = {
  columns: [
    { name: "a", type: "long", nullable: false },
    { name: "b", type: "string", nullable: true },
  ],
  partitionColumns: [],
};

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly nullable: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

const own: readonly Field[] = schema.columns;
const plain: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

interface Change {
  readonly fields?: readonly Field[];
  readonly configuration?: Readonly<Record<string, string>>;
  readonly partitionColumns?: readonly string[];
  readonly protocol?: Protocol;
}

function definition({ fields = own, configuration = {}, partitionColumns = [], protocol = plain }: Change) {
  const metadata: Metadata = {
    id: "id",
    format: { provider: "parquet", options: {} },
    schemaString: JSON.stringify({ type: "struct", fields }),
    partitionColumns,
    configuration,
  };
  return { protocol, metadata };
}

const column = (name: string, more: Partial<Field> = {}): Field => ({
  name,
  type: "string",
  nullable: true,
  ...more,
});
const withRule = (name: string, rule: string, value: unknown) =>
  own.map((field) => (field.name === name ? { ...field, metadata: { [rule]: value } } : field));
const features = (writerFeatures: readonly string[], readerFeatures?: readonly string[]): Protocol => ({
  minReaderVersion: readerFeatures === undefined ? 1 : 3,
  minWriterVersion: 7,
  ...(readerFeatures && { readerFeatures }),
  writerFeatures,
});

describe("a table that another program has changed", () => {
  const fine: [string, Change][] = [
    ["by nothing", {}],
    ["with a column that may be null", { fields: [...own, column("site")] }],
    ["with such a column before the others", { fields: [column("site"), ...own] }],
    [
      "with nested ones",
      { fields: [...own, column("tags", { type: { type: "array", elementType: "string" } })] },
    ],
    ["with columns in another order", { fields: own.toReversed() }],
    ["with a comment", { fields: withRule("a", "comment", "the letter") }],
    ["to take null where rows have none", { fields: own.map((field) => ({ ...field, nullable: true })) }],
    ["with a default of a column that rows always have", { fields: withRule("b", "CURRENT_DEFAULT", "'x'") }],
    ["that had a constraint, which is gone", { protocol: { minReaderVersion: 1, minWriterVersion: 3 } }],
    [
      "that gives its changes",
      {
        protocol: { minReaderVersion: 1, minWriterVersion: 4 },
        configuration: { "delta.enableChangeDataFeed": "true" },
      },
    ],
    [
      "that mapped columns, and does no more",
      {
        protocol: { minReaderVersion: 2, minWriterVersion: 5 },
        configuration: { "delta.columnMapping.mode": "none" },
      },
    ],
    ["that could number its rows", { protocol: { minReaderVersion: 2, minWriterVersion: 6 } }],
    [
      "that names features which nothing makes use of",
      {
        protocol: features(
          ["appendOnly", "invariants", "checkConstraints", "generatedColumns", "columnMapping"],
          ["columnMapping"],
        ),
      },
    ],
    [
      "with times of no zone",
      {
        protocol: features(["timestampNtz"], ["timestampNtz"]),
        fields: [...own, column("at", { type: "timestamp_ntz" })],
      },
    ],
  ];
  it.each(fine)("%s: is written to", (_how, change) => {
    requireWritable("/t", schema, definition(change));
    expect(isWritable(schema, definition(change))).toBe(true);
  });

  const unwritable: [string, Change, string][] = [
    ["without a column", { fields: own.slice(1) }, 'column "a" long is missing'],
    [
      "with a column of another type",
      { fields: [column("a"), column("b")] },
      'column "a" is string instead of long',
    ],
    [
      "with a nested one in its place",
      { fields: [own[0] ?? column("a"), column("b", { type: { type: "array" } })] },
      'column "b" is of a nested type instead of string',
    ],
    [
      "to take no nulls",
      { fields: own.map((field) => ({ ...field, nullable: false })) },
      'column "b" string does not take nulls',
    ],
    [
      "with a column that must not be null",
      { fields: [...own, column("site", { nullable: false })] },
      'column "site" string, which the lake does not know, does not take nulls',
    ],
    [
      "with an invariant",
      { fields: withRule("a", "delta.invariants", '{"expression":{"expression":"a > 0"}}') },
      'column "a" has the invariant {"expression":{"expression":"a > 0"}}',
    ],
    [
      "with a column that is computed",
      { fields: [...own, column("c", { metadata: { "delta.generationExpression": "a + 1" } })] },
      'column "c" is to be computed by a + 1',
    ],
    [
      "with a column that is numbered",
      { fields: [...own, column("c", { metadata: { "delta.identity.start": 1 } })] },
      'column "c" is to be numbered from 1',
    ],
    [
      "with a default of a column that rows lack",
      { fields: [...own, column("c", { metadata: { CURRENT_DEFAULT: "1" } })] },
      'column "c" has the default 1',
    ],
    [
      "with a constraint",
      { configuration: { "delta.constraints.positive": "a > 0" } },
      'it has the constraint "positive": a > 0',
    ],
    [
      "so that it forgets",
      { configuration: { "delta.setTransactionRetentionDuration": "1 day" } },
      "it sets delta.setTransactionRetentionDuration, so that it forgets how far its sources were read",
    ],
    ["to be partitioned", { partitionColumns: ["b"] }, "it is partitioned by b instead of nothing"],
    [
      "to ask for a feature",
      { protocol: features(["rowTracking", "domainMetadata"]) },
      "it asks for the feature rowTracking; it asks for the feature domainMetadata",
    ],
    [
      "to ask for a later version",
      { protocol: { minReaderVersion: 1, minWriterVersion: 8 } },
      "it asks for writer version 8 of Delta's protocol",
    ],
    [
      "to name no features",
      { protocol: { minReaderVersion: 1, minWriterVersion: 7 } },
      "it asks for writer version 7 without naming its features",
    ],
  ];
  it.each(unwritable)("%s: is read, and not written to", (_how, change, problem) => {
    const changed = definition(change);
    requireReadable(changed);
    expect(isWritable(schema, changed)).toBe(false);
    expect(() => requireWritable("/t", schema, changed)).toThrow(
      `the lake cannot write to the table /t: ${problem}: undo that, or move the table away, and the lake goes on`,
    );
  });

  const unreadable: [string, Change, string][] = [
    [
      "to mark rows as deleted",
      { protocol: features(["deletionVectors"], ["deletionVectors"]) },
      "the feature deletionVectors",
    ],
    [
      "to map its columns",
      { configuration: { "delta.columnMapping.mode": "name" } },
      "columns that are mapped by name",
    ],
    [
      "to ask for a later version",
      { protocol: { minReaderVersion: 4, minWriterVersion: 7, writerFeatures: [] } },
      "reader version 4 of Delta's protocol",
    ],
    [
      "to name no features",
      { protocol: { minReaderVersion: 3, minWriterVersion: 7 } },
      "reader version 3 without naming its features",
    ],
  ];
  it.each(unreadable)("%s: is neither read nor written to", (_how, change, demand) => {
    const message = `the table asks its readers for what this program cannot do: ${demand}; another program has changed it`;
    expect(() => requireReadable(definition(change))).toThrow(message);
    expect(() => requireWritable("/t", schema, definition(change))).toThrow(message);
  });

  it("keeps the features that it names in checkpoints", async () => {
    for (const protocol of [
      plain,
      features(["checkConstraints"]),
      features(["timestampNtz"], ["timestampNtz"]),
    ]) {
      const state = { ...definition({ protocol }), transactions: [] };
      const { contents } = encodeCheckpoint(state, { adds: [], removes: [] });
      expect(await decodeCheckpointState(contents)).toEqual(state);
    }
  });
});
