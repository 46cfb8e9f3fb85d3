import type { ConstantSettings } from "../../../../contract/models/models";
import type { ModelMaker } from "./model";

/** Always the same value. */
export function constant({ value }: ConstantSettings): ModelMaker {
  const model = { valueAt: () => value };
  return () => model;
}
