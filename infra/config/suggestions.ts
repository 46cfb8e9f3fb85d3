import { deviceFault } from "../../contract/models/faults";
import { choiceSettings, statesSettings } from "../../contract/models/models";
import { type RemedyOf, unknownKeyRemedy } from "../../contract/problems";
import { BufferSpec, deviceKeys } from "./devices";
import { duration } from "./duration";
import { nearest } from "./nearest";
import { modelKeys, sensorKeys } from "./sensors";
import { topicConfigNames } from "./topic-settings";

const choices = "write one of: ";
const faults = deviceFault(duration);

/** Adds to a remedy the name that was probably meant, of a key that there is not or of a value that is none of a few. */
export const withSuggestion: RemedyOf = ({ path, found, parent, remedy }) => {
  const [written, candidates] =
    remedy === unknownKeyRemedy
      ? [path.at(-1), keysAt(path.slice(0, -1), parent)]
      : [found, remedy.startsWith(choices) ? remedy.slice(choices.length).split(", ") : []];
  const near = typeof written === "string" ? nearest(written, candidates) : undefined;
  return near === undefined ? remedy : `${remedy}; did you mean ${near}?`;
};

/** The keys that an object of devices or topics may have, by where it stands. */
function keysAt(path: readonly PropertyKey[], value: unknown): readonly string[] {
  const type = (value as { readonly type?: unknown } | null)?.type;
  // An object that stands in a list has its index last, and before it the list's name.
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
      return Object.keys(BufferSpec.shape);
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
