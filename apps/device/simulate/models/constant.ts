import type { ConstantSettings } from "../../../../contract/models/models";
import type { ModelMaker } from "./model";

/** The same value at all times. */
export function constant({ value }: ConstantSettings): ModelMaker {
  const model = { valueAt: () => value };
  return () => model;
}
