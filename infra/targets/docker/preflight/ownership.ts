import type { Problem } from "../../../../contract/problems";
import { counted } from "../../../../contract/values/text";
import { unmarked } from "../../../model/spec";
import type { EngineObject } from "./engine";
import type { PulumiState } from "./state";
import type { Survey } from "./survey";

/** The owners of the things that the engine has under a stack's names. */
export interface Ownership {
  /** This state made them, or takes them over on purpose; they are used as they are. */
  readonly own: readonly EngineObject[];
  /**
   * Containers and networks that belong to this state although it does not know them: an `up` was broken off while it made them, or
   * their state was lost.
   */
  readonly leftovers: readonly EngineObject[];
  /** All others: they belong to another state, or nobody knows to which. */
  readonly foreign: readonly EngineObject[];
}

/**
 * Decides who owns the things that the engine has under a stack's names. The ids of containers and networks are used only once, so a
 * state that lists an id has made the thing. The name of a volume may be used again, and a volume may be taken over: the owner of the
 * stack's network owns the volumes too, and without a network the volumes' marks decide.
 * @param adopt marks of other states whose things are to be taken over.
 */
export function ownership(
  stack: string,
  objects: readonly EngineObject[],
  state: PulumiState,
  adopt: readonly string[],
): Ownership {
  const isKnown = ({ kind, id, name }: EngineObject) =>
    ({
      container: state.containers.has(id),
      network: state.networks.has(id),
      volume: state.volumes.has(name),
      image: state.images.has(name),
    })[kind];
  const isMarked = ({ mark }: EngineObject) =>
    mark !== undefined && (mark === state.id || adopt.includes(mark));
  const isTakenOver = ({ mark }: EngineObject) => mark === undefined && adopt.includes(unmarked);
  const networks = objects.filter((each) => each.kind === "network" && each.stack === stack);
  const ownNetworks = networks.filter((each) => isKnown(each) || isMarked(each) || isTakenOver(each));
  const hasNetwork = ownNetworks.length > 0;
  const isElsewhere = networks.length > 0 && !hasNetwork;

  const judge = (object: EngineObject): keyof Ownership => {
    const { kind, mark } = object;
    // An image's name depends on its content, so an existing one is as good as a new one. But images are removed by their names, too.
    if (kind === "image") return isElsewhere ? "foreign" : "own";
    if (kind === "volume") {
      const isUnmarked = mark === undefined && (hasNetwork || isKnown(object));
      const isOwn = isMarked(object) || isTakenOver(object) || isUnmarked || (hasNetwork && isKnown(object));
      return isOwn && !isElsewhere ? "own" : "foreign";
    }
    if (isKnown(object)) return "own";
    if (object.stack !== stack) return "foreign";
    const isOurs = isMarked(object) || isTakenOver(object) || (mark === undefined && hasNetwork);
    return isOurs ? "leftovers" : "foreign";
  };
  const judged = objects.map((object) => [judge(object), object] as const);
  const those = (whose: keyof Ownership) =>
    judged.flatMap(([each, object]) => (each === whose ? [object] : []));
  return { own: those("own"), leftovers: those("leftovers"), foreign: those("foreign") };
}

/** Names of a stack, on the engine and in its state, that belong to another stack or another state. */
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
  // Images have no marks and need not be taken over: their names depend on their content.
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
