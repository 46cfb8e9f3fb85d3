import { z } from "zod";
import { type Problem, problemsOf } from "../../contract/problems";
import type { ConsumerSpec, DeviceSpec } from "../model/spec";
import { fillInDevices, type ParsedSensor, sensorsOf, sensorsOfAll } from "./devices";
import { type DeviceEntry, DevicesConfig } from "./schema/devices";
import { SensorsConfig } from "./schema/sensors";
import { type Config, StackConfig } from "./schema/stack";
import { withSuggestion } from "./suggestions";

/** The raw configuration: JSON values by key, as the user wrote them. */
export type RawConfig = Readonly<Record<string, unknown>>;

/** A value of the configuration with its origin, so that a rule can say where a wrong value stands and what the user wrote there. */
export interface Given<Value = unknown> {
  readonly value: Value;
  /** Its place in the notation of `pulumi config set --path`: `devices[1].sensors[0].interval`. */
  readonly path: string;
  /** What the user wrote there, or the default if the user left it out. */
  readonly written: unknown;
}

/** The problem of a value. @param remedy what to write instead */
export function problemWith({ path, written }: Omit<Given, "value">, remedy: string): Problem {
  return { path, found: written, remedy };
}

/** A device or a group of devices with its defaults filled in. */
export interface ParsedDevice extends Given<DeviceSpec> {
  /** The device as the user listed it. */
  readonly entry: DeviceEntry;
  readonly name: Given<string>;
  readonly sensors: readonly ParsedSensor[];
  /** A field as the user wrote it. If devices are counted and not listed, it is the key `devices`, where the user can change them. */
  readonly field: (name: keyof DeviceEntry) => Omit<Given, "value">;
}

/** A consumer with its defaults filled in. */
export interface ParsedConsumer extends Given<ConsumerSpec> {
  readonly name: Given<string>;
  readonly replicas: Given<number>;
  /** The devices and groups that it names; empty if it reads all. */
  readonly devices: readonly Given<string>[];
}

type PlainKey = Exclude<keyof Config, "devices" | "sensors" | "consumers">;

/**
 * The configuration as far as it can be read; every rule takes this and nothing else. A key that cannot be read is undefined: the rules
 * that relate it to other keys are left out, so that one mistake gives one problem.
 */
export type ParsedConfig = { readonly [Key in PlainKey]: Given<Config[Key]> | undefined } & {
  /** Undefined if something in the list cannot be read. */
  readonly devices: readonly ParsedDevice[] | undefined;
  /** The devices as far as they can be read. A device that lacks something has no sensors in its value. */
  readonly readableDevices: readonly ParsedDevice[];
  /** The sensors of devices that set none themselves, as far as they can be read. */
  readonly sensors: readonly ParsedSensor[];
  readonly consumers: readonly ParsedConsumer[] | undefined;
  /** The values of all keys, with the defaults of those that cannot be read. */
  readonly assumed: Config;
  /** What the user wrote, for rules that hold also where the rest of a key cannot be read. */
  readonly written: RawConfig;
};

/** What was read, the keys that could not be read, and what is wrong with each key by itself. */
export interface ParsedKeys {
  readonly config: ParsedConfig;
  readonly unread: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** A broker property with its place in the configuration. */
export function givenProperty(config: ParsedConfig, name: string): Omit<Given, "value"> {
  return { path: `kafka.properties["${name}"]`, written: writtenProperties(config)[name] };
}

/** The broker properties as the user wrote them; none if they are not an object. */
export function writtenProperties({ written }: ParsedConfig): Readonly<Record<string, unknown>> {
  const { properties } = (written["kafka"] ?? {}) as { readonly properties?: unknown };
  const isObject = typeof properties === "object" && properties !== null && !Array.isArray(properties);
  return isObject ? (properties as Readonly<Record<string, unknown>>) : {};
}

/** The names of all keys. */
export const configKeys = Object.keys(StackConfig.shape) as (keyof Config)[];

/** Reads each key by itself. @param left keys to leave unread */
export function parseKeys(written: RawConfig, left: readonly (keyof Config)[]): ParsedKeys {
  const read: Partial<Record<keyof Config, unknown>> = {};
  const problems: Problem[] = [];
  const unread = new Set<string>(left);
  for (const key of configKeys) {
    if (unread.has(key)) continue;
    const result = StackConfig.shape[key].safeParse(written[key]);
    if (result.success) read[key] = result.data;
    else {
      unread.add(key);
      // With the key in front, as paths of the whole configuration.
      const issues = result.error.issues.map((issue) => ({ ...issue, path: [key, ...issue.path] }));
      problems.push(...problemsOf(new z.core.$ZodError(issues), written, withSuggestion));
    }
  }
  return { config: withOrigin(written, read as Partial<Config>), unread, problems };
}

function withOrigin(written: RawConfig, values: Partial<Config>): ParsedConfig {
  const plain = Object.fromEntries(
    configKeys.map((key) => [
      key,
      key in values ? { value: values[key], path: key, written: written[key] ?? values[key] } : undefined,
    ]),
  ) as { readonly [Key in PlainKey]: Given<Config[Key]> | undefined };
  const { devices, sensors } = parsedDevices(written, values);
  return {
    ...plain,
    devices: values.devices && devices,
    readableDevices: devices,
    sensors,
    consumers: values.consumers?.map((consumer, index) => parsedConsumer(consumer, index, written)),
    assumed: { ...StackConfig.parse({}), ...values },
    written,
  };
}

/** The devices, or if their list cannot be read, what can be read of it. */
function parsedDevices(written: RawConfig, values: Partial<Config>) {
  const sensors = values.sensors ?? salvage(SensorsConfig, written["sensors"])?.list;
  const salvaged = values.devices === undefined ? salvage(DevicesConfig, written["devices"]) : undefined;
  const entries = values.devices ?? salvaged?.list ?? [];
  const defaults = { ...values, ...(sensors && { sensors }) };
  const specs = fillInDevices(entries, defaults);
  const devices = specs.flatMap((spec, index) => {
    const entry = entries[index];
    if (entry === undefined) return [];
    // Nobody knows how many messages a device sends if something of it cannot be read.
    const value = salvaged?.broken.has(index) ? { ...spec, sensors: [] } : spec;
    return [parsedDevice(value, entry, index, sensorsOf(entry, index, defaults), written)];
  });
  return { devices, sensors: sensorsOfAll(sensors) };
}

function parsedDevice(
  value: DeviceSpec,
  entry: DeviceEntry,
  index: number,
  sensors: readonly ParsedSensor[],
  { devices }: RawConfig,
): ParsedDevice {
  const path = `devices[${index}]`;
  const item: unknown = Array.isArray(devices) ? devices[index] : undefined;
  const field = (name: string) =>
    Array.isArray(devices)
      ? { path: `${path}.${name}`, written: fieldOf(item, name) }
      : { path: "devices", written: devices };
  const name = { value: value.name, path: `${path}.name`, written: fieldOf(item, "name") ?? value.name };
  return { value, path, written: item, entry, name, sensors, field };
}

function parsedConsumer(value: ConsumerSpec, index: number, { consumers }: RawConfig): ParsedConsumer {
  const path = `consumers[${index}]`;
  const item: unknown = Array.isArray(consumers) ? consumers[index] : undefined;
  const field = <Key extends keyof ConsumerSpec>(name: Key): Given<ConsumerSpec[Key]> => ({
    value: value[name],
    path: `${path}.${name}`,
    written: fieldOf(item, name) ?? value[name],
  });
  const devices = (value.devices ?? []).map((name, place) => ({
    value: name,
    path: `${path}.devices[${place}]`,
    written: name,
  }));
  return { value, path, written: item, name: field("name"), replicas: field("replicas"), devices };
}

function fieldOf(item: unknown, name: string): unknown {
  return (item as Readonly<Record<string, unknown>> | null | undefined)?.[name];
}

/** The readable part of a list of devices or sensors. */
interface Salvaged<List> {
  /** As long as the list; fields that cannot be read are left out. */
  readonly list: List;
  /** Indexes of the items that lack something. */
  readonly broken: ReadonlySet<number>;
}

type Item = Record<string, unknown>;

/**
 * Reads what can be read of a wrong list, by leaving out the fields that the schema refuses. So problems between fields are found beside
 * the problems of single fields.
 * @returns undefined if too little is left
 */
function salvage<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
): Salvaged<z.output<Schema>> | undefined {
  if (!Array.isArray(raw)) return undefined;
  const list = structuredClone(raw) as unknown[];
  const broken = new Set<number>();
  // The first round finds wrong fields, the next ones what the schema checks only when all fields are right.
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

/** Leaves out the field of an item to which a path leads, or through which it leads. In a list of sensors it is the field of a sensor. */
function leaveOut(list: unknown[], [index, field, ...rest]: readonly PropertyKey[]): void {
  if (typeof index !== "number") return;
  if (typeof list[index] !== "object" || list[index] === null) list[index] = {};
  const item = list[index] as Item;
  if (field === "sensors" && Array.isArray(item["sensors"]) && typeof rest[0] === "number") {
    leaveOut(item["sensors"], rest);
    return;
  }
  if (field !== undefined) Reflect.deleteProperty(item, field);
  // An item without a name could not be distinguished from others.
  if (field === "name" || item["name"] === undefined) item["name"] = `unreadable-${index}`;
}
