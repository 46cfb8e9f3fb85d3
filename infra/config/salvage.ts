import type { z } from "zod";

/** What could be read of a list of devices or sensors in which something is wrong. */
export interface Salvaged<List> {
  /** As long as the list, without the fields that could not be read. */
  readonly list: List;
  /** Indexes of the items that lack something. */
  readonly broken: ReadonlySet<number>;
}

type Item = Record<string, unknown>;

/**
 * Reads of a wrong list what can be read, by leaving out the fields that the schema finds wrong: so what is wrong between fields can
 * be told beside what is wrong with one.
 * @returns undefined if too little is left.
 */
export function salvage<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
): Salvaged<z.output<Schema>> | undefined {
  if (!Array.isArray(raw)) return undefined;
  const list = structuredClone(raw) as unknown[];
  const broken = new Set<number>();
  // Once for fields, and once for what is only seen wrong when they are right.
  for (let round = 0; round < 3; round++) {
    const result = schema.safeParse(list);
    if (result.success) return { list: result.data, broken };
    for (const { path, ...issue } of result.error.issues) {
      const keys = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
      for (const key of keys) leaveOut(list, key === undefined ? path : [...path, key]);
      if (typeof path[0] === "number") broken.add(path[0]);
    }
  }
  return undefined;
}

/** Leaves out the field of an item that a path leads to or through, and if the item lists sensors, that field of a sensor. */
function leaveOut(list: unknown[], [index, field, ...rest]: readonly PropertyKey[]): void {
  if (typeof index !== "number") return;
  if (typeof list[index] !== "object" || list[index] === null) list[index] = {};
  const item = list[index] as Item;
  if (field === "sensors" && Array.isArray(item["sensors"]) && typeof rest[0] === "number") {
    leaveOut(item["sensors"], rest);
    return;
  }
  if (field !== undefined) Reflect.deleteProperty(item, field);
  // Without one it could not be told from others.
  if (field === "name" || item["name"] === undefined) item["name"] = `unreadable-${index}`;
}
