import { parseExpression } from "./expression";

/** The name and the expression of a sensor. */
export interface ExpressedSensor {
  readonly name: string;
  readonly model: { readonly type: string; readonly expression?: string | undefined };
}

/** A problem of the expression of a sensor. */
export interface DerivedProblem {
  /** The index of the sensor in its device. */
  readonly index: number;
  /** What was found, and what to write instead. */
  readonly reason: string;
}

/**
 * All problems of the derived sensors of one device: expressions that cannot be parsed, that refer to unknown sensors or to themselves, and
 * circles of sensors that depend on each other. A circle is reported once, at its first sensor.
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
    // A sensor that depends directly on itself is not also reported as a circle.
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

/** A sensor's name as an expression must write it. */
function asReference(name: string): string {
  const parsed = parseExpression(name);
  const plain = parsed.kind === "expression" && parsed.root.kind === "sensor" && parsed.root.name === name;
  return plain ? name : `sensor(${JSON.stringify(name)})`;
}

function circleProblems(
  names: readonly string[],
  references: ReadonlyMap<string, readonly string[]>,
): DerivedProblem[] {
  const reported = new Set<string>();
  return names.flatMap((name, index): DerivedProblem[] => {
    const circle = shortestCircle(name, references);
    if (circle === undefined || circle.some((each) => reported.has(each))) return [];
    for (const each of circle) reported.add(each);
    const path = [...circle, name].join(" → ");
    return [{ index, reason: `it depends on itself: ${path}; give one of them a model that is not derived` }];
  });
}

/** The shortest circle through a sensor, which comes first; undefined if the sensor does not depend on itself. */
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
