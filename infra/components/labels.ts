import { type Role, stackLabels } from "../plan/names";

/** The labels of a stack's resource, in the form that the Docker provider takes. */
export function dockerLabels(stack: string, role?: Role): { label: string; value: string }[] {
  return Object.entries(stackLabels(stack, role)).map(([label, value]) => ({ label, value }));
}
