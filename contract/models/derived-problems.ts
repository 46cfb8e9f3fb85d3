import { parseExpression } from "./expression";

/** A sensor of a device, as far as its expression goes. */
export interface ExpressedSensor {
  readonly name: string;
  readonly model: { readonly type: string; readonly expression?: string | undefined };
}

/** What is wrong with the expression of one of a device's sensors. */
export interface DerivedProblem {
  /** The sensor's place among the device's. */
  readonly index: number;
  /** What was found and what to write instead. */
  readonly reason: string;
}

/**
 * All that is wrong with the derived sensors of one device: expressions that cannot be read, that refer to no sensor or to their own, and
 * several that wait for one another in a circle, told once at the first of them.
 */
export function derivedProblems(sensors: readonly ExpressedSensor[]): DerivedProblem[] {
  const names = sensors.map(({ name }) => name);
  const references = new Map<string, readonly string[]>();
  const problems = sensors.flatMap(({ name, model }, index): DerivedProblem[] => {
    if (model.type !== "derived" || model.expression === undefined) return [];
    const parsed = parseExpression(model.expression);
    if (parsed.kind === "problem") return [{ index, reason: parsed.reason }];
    const toItself = parsed.sensors.includes(name)
      ? [{ index, reason: `it refers to itself, "${name}"; refer to other sensors of the device` }]
      : [];
    // Of what depends on itself without others, no circle is told beside it.
    if (toItself.length === 0) references.set(name, parsed.sensors);
    const unknown = parsed.sensors.filter((other) => !names.includes(other));
    return [...toItself, ...unknown.map((other) => ({ index, reason: unknownReason(other, names, name) }))];
  });
  return [...problems, ...circleProblems(names, references)].sort((one, other) => one.index - other.index);
}

function unknownReason(missing: string, names: readonly string[], own: string): string {
  const others = names.filter((name) => name !== own).map(asReference);
  const known = others.length === 0 ? "the device has no other" : `the others are ${others.join(", ")}`;
  return `there is no sensor "${missing}"; ${known}`;
}

/** A sensor's name as an expression has to have it. */
function asReference(name: string): string {
  const parsed = parseExpression(name);
  const plain = parsed.kind === "expression" && parsed.root.kind === "sensor" && parsed.root.name === name;
  return plain ? name : `sensor(${JSON.stringify(name)})`;
}

function circleProblems(
  names: readonly string[],
  references: ReadonlyMap<string, readonly string[]>,
): DerivedProblem[] {
  const told = new Set<string>();
  return names.flatMap((name, index): DerivedProblem[] => {
    const circle = shortestCircle(name, references);
    if (circle === undefined || circle.some((each) => told.has(each))) return [];
    for (const each of circle) told.add(each);
    const path = [...circle, name].join(" → ");
    return [{ index, reason: `it depends on itself: ${path}; give one of them a model that is not derived` }];
  });
}

/** The fewest sensors by which one depends on itself, itself first; undefined if it does not. */
function shortestCircle(
  start: string,
  references: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const reached = new Set<string>();
  let paths: readonly (readonly string[])[] = [[start]];
  while (paths.length > 0) {
    const longer: (readonly string[])[] = [];
    for (const path of paths) {
      for (const next of references.get(path.at(-1) ?? "") ?? []) {
        if (next === start) return path;
        if (!reached.has(next)) longer.push([...path, next]);
        reached.add(next);
      }
    }
    paths = longer;
  }
  return undefined;
}
