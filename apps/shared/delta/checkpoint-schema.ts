import type { SchemaElement } from "hyparquet";

/** A field of an action as the protocol has it. */
type Field = "string" | "long" | "integer" | "boolean" | "map" | "list" | { readonly [name: string]: Field };

/**
 * The columns of a checkpoint: one for each kind of action, with the fields and types of the protocol's checkpoint schema.
 * Of `metaData.format` and of the lists and maps nothing may be missing in an action that has them.
 */
export const checkpointFields = {
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

/** The same as Parquet has it: a group in depth-first order, everything nullable but the keys of maps. */
export const checkpointSchema: SchemaElement[] = [
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
