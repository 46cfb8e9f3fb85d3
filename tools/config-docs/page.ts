import type { z } from "zod";
import { deviceFault } from "../../contract/models/faults";
import { ConsumerConfig } from "../../infra/config/schema/consumers";
import { DeviceEntry } from "../../infra/config/schema/devices";
import { duration } from "../../infra/config/schema/fields";
import { SensorEntry } from "../../infra/config/schema/sensors";
import { StackConfig } from "../../infra/config/schema/stack";
import { type KeyReference, keysOf, variantsOf } from "./reference";

const { kafka, lake, topicDefaults, buffer, images } = StackConfig.shape;

/** The schema of each table of the page that lists keys, by the name in the table's markers. */
const objects: Readonly<Record<string, z.ZodType>> = {
  stack: StackConfig,
  consumer: ConsumerConfig,
  kafka,
  topic: topicDefaults,
  lake,
  images,
  buffer,
  device: DeviceEntry,
  sensor: SensorEntry,
};

const faults = variantsOf(deviceFault(duration));
/** Keys of faults that each of them may have. */
const commonFaultKeys = ["probability", "at", "for"];

/** Every table of docs/configuration.md by the name in its markers, as Markdown. */
export function tables(): Map<string, string> {
  return new Map([
    ...Object.entries(objects).map(([name, schema]) => [name, keyTable(keysOf(schema))] as const),
    ["faults", faultTable()],
    ["fault-settings", keyTable(faultKeys())],
  ]);
}

/** Paths of keys, and types of faults, whose schemas have no description. */
export function undescribed(): string[] {
  const keys = Object.entries(objects).flatMap(([table, schema]) =>
    keysOf(schema).map((key) => ({ ...key, name: `${table}.${key.name}` })),
  );
  const all = [
    ...keys,
    ...faults.map(({ type, meaning }) => ({ name: `faults.${type}`, meaning })),
    ...faultKeys(),
  ];
  return all.filter(({ meaning }) => meaning === undefined).map(({ name }) => name);
}

/** Puts the tables into the page, each between its markers. @throws Error if a marker is missing or belongs to no table */
export function withTables(page: string): string {
  const missing = new Map(tables());
  const filled = page.replace(
    /(<!-- table: ([\w-]+) -->\n)[\s\S]*?(\n<!-- end of table -->)/g,
    (_, begin: string, name: string, end: string) => {
      const table = missing.get(name);
      if (table === undefined)
        throw new Error(`docs/configuration.md has a place for "${name}", which is no table`);
      missing.delete(name);
      return `${begin}\n${table}\n${end}`;
    },
  );
  const [name] = missing.keys();
  if (name !== undefined) throw new Error(`docs/configuration.md has no "<!-- table: ${name} -->"`);
  return filled;
}

function keyTable(keys: readonly KeyReference[]): string {
  const rows = keys.map(({ name, value, fallback, meaning }) => [
    `\`${name}\``,
    value,
    fallback ?? "required",
    meaning ?? "",
  ]);
  return markdownTable([["key", "value", "default", "meaning"], ...rows]);
}

function faultTable(): string {
  const rows = faults.map(({ type, meaning, keys }) => {
    const own = keys.filter(
      ({ name, fallback }) => !commonFaultKeys.includes(name) || fallback === undefined,
    );
    return [`\`${type}\``, own.map(({ name }) => `\`${name}\``).join(", "), meaning ?? ""];
  });
  return markdownTable([["type", "its own keys", "what happens"], ...rows]);
}

/** The keys of all faults, each once. `for` is optional where most faults have it. */
function faultKeys(): KeyReference[] {
  const byName = new Map<string, KeyReference>();
  for (const key of faults.flatMap(({ keys }) => keys)) if (!byName.has(key.name)) byName.set(key.name, key);
  const common = commonFaultKeys.flatMap((name) => byName.get(name) ?? []);
  return [...common, ...[...byName.values()].filter(({ name }) => !commonFaultKeys.includes(name))];
}

function markdownTable([heading = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heading), line(heading.map(() => "---")), ...rows.map(line)].join("\n");
}
