import { deviceFault } from "../../contract/models/faults";
import { choiceSettings, statesSettings } from "../../contract/models/models";
import { type RemedyOf, unknownKeyRemedy } from "../../contract/problems";
import { BufferConfig, deviceKeys } from "./schema/devices";
import { duration } from "./schema/fields";
import { topicConfigNames } from "./schema/kafka";
import { modelKeys, sensorKeys } from "./schema/sensors";

const choices = "write one of: ";
const faults = deviceFault(duration);

/** Adds to a remedy the name that was probably meant, for an unknown key or for a value that is not one of a few words. */
export const withSuggestion: RemedyOf = ({ path, found, parent, remedy }) => {
  const [written, candidates] =
    remedy === unknownKeyRemedy
      ? [path.at(-1), keysAt(path.slice(0, -1), parent)]
      : [found, remedy.startsWith(choices) ? remedy.slice(choices.length).split(", ") : []];
  const near = typeof written === "string" ? nearest(written, candidates) : undefined;
  return near === undefined ? remedy : `${remedy}; did you mean ${near}?`;
};

/** The keys that an object of devices or topics can have, by its path. */
function keysAt(path: readonly PropertyKey[], value: unknown): readonly string[] {
  const type = (value as { readonly type?: unknown } | null)?.type;
  // The path of an object in a list ends with the list's name and an index.
  switch (path.findLast((part) => typeof part === "string")) {
    case "devices":
      return deviceKeys;
    case "sensors":
      return sensorKeys;
    case "model":
      return modelKeys(typeof value === "string" ? value : type);
    case "faults":
      return Object.keys(faults.options.find((each) => each.shape.type.value === type)?.shape ?? {});
    case "buffer":
      return Object.keys(BufferConfig.shape);
    case "states":
      return Object.keys(statesSettings(duration).shape.states.element.shape);
    case "values":
      return Object.keys(choiceSettings().shape.values.element.shape);
    case "topicSettings":
    case "topicDefaults":
      return Object.keys(topicConfigNames);
    default:
      return [];
  }
}

/**
 * The name that was probably meant: the candidate that differs in the fewest letters. It may differ in two letters, and in long names in one of
 * five.
 * @returns undefined if none is near
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(2, Math.floor(name.length / 5)) + 1;
  for (const candidate of candidates) {
    // There are at least as many changes as the lengths differ by.
    if (Math.abs(candidate.length - name.length) >= fewest) continue;
    const changes = editDistance(name, candidate);
    if (changes < fewest) [best, fewest] = [candidate, changes];
  }
  return best;
}

/** The number of letters to insert, delete or replace to turn one text into the other (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let line = 1; line <= one.length; line++) {
    const above = row;
    row = [line];
    for (let column = 1; column <= other.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (one[line - 1] === other[column - 1] ? 0 : 1);
      row.push(Math.min(replaced, (above[column] ?? 0) + 1, (row[column - 1] ?? 0) + 1));
    }
  }
  return row.at(-1) ?? 0;
}
