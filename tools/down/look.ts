import { AdoptConfig } from "../../infra/config/schema/stack";
import { SetupError } from "../setup/errors.mjs";
import { configuredValue } from "../setup/stack.mjs";
import {
  type EngineObject,
  engineReason,
  existingObjects,
} from "../../infra/targets/docker/preflight/engine";
import { type Ownership, ownership } from "../../infra/targets/docker/preflight/ownership";
import type { PulumiState } from "../../infra/targets/docker/preflight/state";

/** The states whose resources a stack takes over. */
export async function adoptedBy(stack: string): Promise<readonly string[]> {
  return AdoptConfig.safeParse(await configuredValue(stack, "adopt")).data ?? [];
}

/** @throws SetupError if the engine does not answer. */
export async function objectsOf(stack: string, wanted: ReadonlySet<string>): Promise<EngineObject[]> {
  try {
    return await existingObjects(stack, wanted);
  } catch (error) {
    throw new SetupError(`The Docker engine does not answer: ${engineReason(error)}`);
  }
}

/** The owners of a stack's resources on the engine, by the name that the stack had when they were made. */
export async function lookAt(
  stack: string,
  state: PulumiState,
  adopt: readonly string[],
): Promise<Ownership> {
  const names = state.madeAs.length > 0 ? state.madeAs : [stack];
  const each = await Promise.all(
    names.map(async (name) => ownership(name, await objectsOf(name, state.volumes), state, adopt)),
  );
  const all = (whose: keyof Ownership) => each.flatMap((found) => found[whose]);
  return { own: all("own"), leftovers: all("leftovers"), foreign: all("foreign") };
}
