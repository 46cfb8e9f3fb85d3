import type * as pulumi from "@pulumi/pulumi";
import { labelOfState, type Role, stackLabels } from "../../model/names";

/** Whose a thing on the engine is. */
export interface Owner {
  readonly stack: string;
  /** The id of the Pulumi state that lists it: another state may have a stack of the same name. */
  readonly mark: pulumi.Input<string>;
}

/** The labels of a stack's resource, in the form that the Docker provider takes. */
export function dockerLabels(
  { stack, mark }: Owner,
  role?: Role,
): { label: string; value: pulumi.Input<string> }[] {
  const labels = { ...stackLabels(stack, role), [labelOfState]: mark };
  return Object.entries(labels).map(([label, value]) => ({ label, value }));
}
