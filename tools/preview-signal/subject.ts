import { derivedProblems } from "../../contract/models/derived-problems";
import { groupMemberName } from "../../contract/environment/device";
import { parseJson } from "../../contract/values/json";
import { type Problem, problemsOf, showProblem } from "../../contract/problems";
import type { SensorSettings } from "../../contract/models/sensor";
import { fillInDevices } from "../../infra/config/devices";
import { profileNames } from "../../infra/config/profiles";
import { SensorEntry } from "../../infra/config/schema/sensors";
import type { DeviceSpec, StackSpec } from "../../infra/model/spec";
import { messageOf, quoted, SetupError } from "../setup/errors.mjs";
import { modelExample } from "./options";

/** The sensors whose signals are shown. */
export interface Subject {
  /** For the heading. */
  readonly title: string;
  /** The device whose signals are shown if the user names none. */
  readonly device: string;
  readonly sensors: readonly SensorSettings[];
  /** The seed of the device's stack. */
  readonly seed: string;
}

/** The readable part of a stack's configuration. */
export interface StackReading {
  readonly spec: StackSpec;
  readonly problems: readonly Problem[];
}

const defaultDevice = "device-1";
const defaultSeed = "1";

/**
 * Finds the subject that an argument names: a profile, a model as JSON, a device or a group of the stack, or one device of a group.
 * @param readStack is called only if the argument is neither a profile nor a model
 * @throws SetupError that lists the known subjects
 */
export async function findSubject(
  argument: string,
  readStack: () => Promise<StackReading>,
): Promise<Subject> {
  const profile = profileNames.find((each) => each === argument);
  if (profile !== undefined) {
    const entry = { name: defaultDevice, profile, faults: [], tags: {} };
    const sensors = fillInDevices([entry], {})[0]?.sensors ?? [];
    return { title: `profile ${profile}`, device: defaultDevice, sensors, seed: defaultSeed };
  }
  if (/^\s*[{["]/.test(argument)) return subjectOfModel(argument);
  let stack: StackReading;
  try {
    stack = await readStack();
  } catch (error) {
    throw new SetupError(
      `${unknownReason(argument)}; the stack's devices are not known: ${messageOf(error)}`,
    );
  }
  return subjectOfStack(argument, stack);
}

function subjectOfModel(json: string): Subject {
  const raw = { name: "value", model: parsedJson(json) };
  const result = SensorEntry.safeParse(raw);
  if (!result.success) throw new SetupError(problemsOf(result.error, raw).map(showProblem).join("\n"));
  const entry = { name: defaultDevice, sensors: [result.data], faults: [], tags: {} };
  const sensors = fillInDevices([entry], {})[0]?.sensors ?? [];
  return checked({ title: "model", device: defaultDevice, sensors, seed: defaultSeed });
}

function parsedJson(json: string): unknown {
  try {
    return parseJson(json);
  } catch (error) {
    throw new SetupError(`the model is not JSON, such as ${modelExample}: ${messageOf(error)}`);
  }
}

function subjectOfStack(argument: string, { spec, problems }: StackReading): Subject {
  const found = spec.devices.find((device) => memberOf(device, argument) !== undefined);
  if (found === undefined) {
    const names = spec.devices.map(({ name }) => name);
    const shown = names.length > 8 ? `${names.slice(0, 8).join(", ")}, …` : names.join(", ");
    const known = names.length === 0 ? "has no devices" : `has ${shown}`;
    const wrong = problems.length === 0 ? "" : "; its configuration has problems, which npm run plan shows";
    throw new SetupError(`${unknownReason(argument)}; stack "${spec.stack}" ${known}${wrong}`);
  }
  const device = memberOf(found, argument) ?? argument;
  const title =
    found.group === undefined ? `stack ${spec.stack}` : `group ${found.name} of stack ${spec.stack}`;
  return checked({ title, device, sensors: found.sensors, seed: spec.seed });
}

/** @throws SetupError if the expression of a derived sensor cannot be computed */
function checked(subject: Subject): Subject {
  const [problem] = derivedProblems(subject.sensors);
  if (problem === undefined) return subject;
  throw new SetupError(
    `the expression of sensor "${subject.sensors[problem.index]?.name ?? ""}" cannot be used: ${problem.reason}`,
  );
}

/** The device of an entry that an argument names; undefined if it names another. */
function memberOf({ name, group }: DeviceSpec, argument: string): string | undefined {
  if (argument === name) return group === undefined ? name : groupMemberName(name, 1);
  if (group === undefined || !argument.startsWith(groupMemberName(name, 0).slice(0, -1))) return undefined;
  const number = Number(argument.slice(name.length + 1));
  const isMember = Number.isInteger(number) && number >= 1 && number <= group.count;
  return isMember && groupMemberName(name, number) === argument ? argument : undefined;
}

function unknownReason(argument: string): string {
  return `there is no profile, device or group ${quoted(argument)}; profiles are ${profileNames.join(", ")}`;
}
