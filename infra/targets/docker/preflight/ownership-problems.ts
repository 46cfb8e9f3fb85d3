import type { EngineObject } from "./engine";
import { ownership } from "./ownership";
import type { Survey } from "./survey";
import type { Problem } from "../../../../contract/problems";
import { counted } from "../../../../apps/shared/text";
import { unmarked } from "../../../model/spec";

/** What of a stack's names on the engine, and in its state, belongs to another stack or another state. */
export function ownershipProblems(
  stack: string,
  { objects, state }: Pick<Survey, "objects" | "state">,
  adopt: readonly string[],
): Problem[] {
  const [formerName] = state.madeAs.filter((name) => name !== stack);
  if (formerName !== undefined) return [renamed(stack, formerName)];
  const { foreign } = ownership(stack, objects, state, adopt);
  const sameName = foreign.filter((each) => each.stack === stack || each.kind === "volume");
  const others = foreign.filter((each) => !sameName.includes(each));
  return [...(sameName.length > 0 ? [anotherState(stack, sameName)] : []), ...others.map(nameTaken)];
}

function renamed(stack: string, formerName: string): Problem {
  const remedy =
    `this stack was brought up as "${formerName}", and its volumes are called so: another name would leave topics and table behind. ` +
    `Name it as before (npx pulumi stack rename ${formerName}), or npm run down first, which deletes them`;
  return { path: "stack name", found: stack, remedy };
}

function anotherState(stack: string, foreign: readonly EngineObject[]): Problem {
  const volumes = foreign.filter(({ kind }) => kind === "volume");
  // Images have no marks, and need not be taken over: their names tell what is in them.
  const marked = foreign.filter(({ kind }) => kind !== "image");
  const marks = [...new Set(marked.map(({ mark }) => mark ?? unmarked))].sort();
  const adopt = marks.length === 1 ? marks[0] : `'${JSON.stringify(marks)}'`;
  const kept = volumes.length > 0 ? "takes over its volumes and makes the rest anew" : "makes it anew";
  const remedy =
    `the Docker engine has ${countKinds(foreign)} of a stack of this name, which are not in this Pulumi state (${shortList(foreign)}). ` +
    `Another checkout has made them, or this one with another PULUMI_BACKEND_URL: npm run down there removes them. ` +
    `Or name this stack otherwise: npx pulumi stack init NAME. ` +
    `If their state is lost, npx pulumi config set adopt ${adopt} ${kept}`;
  return { path: "stack name", found: stack, remedy };
}

function nameTaken({ kind, name, stack }: EngineObject): Problem {
  const whose = stack === undefined ? "which this program did not make" : `which belongs to stack "${stack}"`;
  const remedy = `the Docker engine has a ${kind} of this name already, ${whose}: remove or rename it, or name this stack otherwise (npx pulumi stack init NAME)`;
  return { path: kind, found: name, remedy };
}

function countKinds(objects: readonly EngineObject[]): string {
  const kinds = ["container", "network", "volume", "image"] as const;
  const counts = kinds.flatMap((kind) => {
    const count = objects.filter((each) => each.kind === kind).length;
    return count === 0 ? [] : [counted(count, kind)];
  });
  return counts.length < 2 ? counts.join("") : `${counts.slice(0, -1).join(", ")} and ${counts.at(-1)}`;
}

const maxNames = 3;

function shortList(objects: readonly EngineObject[]): string {
  const names = [...new Set(objects.map(({ name }) => name))];
  return names.length > maxNames ? `${names.slice(0, maxNames).join(", ")}, …` : names.join(", ");
}
