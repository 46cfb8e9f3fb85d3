import { z } from "zod";
import type { ParseContext } from "../config/parse";
import { planStack, type StackPlan } from "../plan/stack";
import { instancesOf, type Variables, type Workload } from "../plan/workload";
import { dockerAddresses } from "../targets/docker/names";
import { noFiles, readableSpecOf } from "./config";

/** The plan that a raw configuration gives on a Docker engine, as far as the configuration can be read. */
export function planOf(
  raw: Readonly<Record<string, unknown>>,
  stack = "dev",
  context: ParseContext = noFiles,
): StackPlan {
  return planStack(readableSpecOf(raw, stack, context), dockerAddresses);
}

/** Every container's worth of some workloads: a workload, or each of its shards. */
export function instancesIn<Kind extends Workload>(workloads: readonly Kind[]) {
  return workloads.flatMap((workload) => instancesOf(workload));
}

/** Reads the variables of an app back into typed settings; only those that are set, without defaults. */
export function settingsIn<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Variables,
): Partial<z.output<Schema>> {
  const known = Object.entries(schema.shape).filter(([name]) => name in environment);
  return Object.fromEntries(
    known.map(([name, codec]) => [name, z.decode(codec as z.ZodType, environment[name])]),
  ) as Partial<z.output<Schema>>;
}
