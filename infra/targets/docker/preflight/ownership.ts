import { unmarked } from "../../../model/spec";
import type { EngineObject } from "./engine";
import type { PulumiState } from "./state";

/** Whose the things are that the engine has under a stack's names. */
export interface Ownership {
  /** Made by this state, or taken over by it on purpose, and to be used as they are. */
  readonly own: readonly EngineObject[];
  /** Containers and networks of this state that it does not know: an `up` was broken off while it made them, or their state was lost. */
  readonly leftovers: readonly EngineObject[];
  /** All others: they are another state's, or nobody knows whose. */
  readonly foreign: readonly EngineObject[];
}

/**
 * Tells whose the things are that the engine has under a stack's names. Containers and networks have ids that are used only once, so that
 * a state that lists the id has made the thing. A volume's name may be used again, and it may be taken over: nobody has the volumes who
 * has not the stack's network, and where there is no network their marks decide.
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
    // An image's name tells what is in it, so that one that is there is as good as one made anew; but it is removed by its name, too.
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
