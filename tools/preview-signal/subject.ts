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

/** Whose signals are to be shown. */
export interface Subject {
  /** What it is, for a heading. */
  readonly title: string;
  /** The device that the signals are of, if none is asked for. */
  readonly device: string;
  readonly sensors: readonly SensorSettings[];
  /** Of the stack that the device belongs to. */
  readonly seed: string;
}

/** The configuration of a stack, as far as it could be read. */
export interface StackReading {
  readonly spec: StackSpec;
  readonly problems: readonly Problem[];
}

const defaultDevice = "device-1";
const defaultSeed = "1";

/**
 * Finds what an argument means: a profile, else a model as JSON, else a device or a group of the stack, or one of a group's devices.
 * @param readStack is asked only for what is neither a profile nor a model.
 * @throws SetupError with what there is.
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
    const wrong = problems.length === 0 ? "" : "; its configuration has problems, which npm run plan tells";
    throw new SetupError(`${unknownReason(argument)}; stack "${spec.stack}" ${known}${wrong}`);
  }
  const device = memberOf(found, argument) ?? argument;
  const title =
    found.group === undefined ? `stack ${spec.stack}` : `group ${found.name} of stack ${spec.stack}`;
  return checked({ title, device, sensors: found.sensors, seed: spec.seed });
}

/** @throws SetupError if expressions of derived sensors cannot be worked out. */
function checked(subject: Subject): Subject {
  const [problem] = derivedProblems(subject.sensors);
  if (problem === undefined) return subject;
  throw new SetupError(
    `the expression of sensor "${subject.sensors[problem.index]?.name ?? ""}" cannot be used: ${problem.reason}`,
  );
}

/** The name of the device that an argument means of a device or group; undefined if it means another. */
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
