import { describe, expect, it } from "vitest";
import { readStackConfig } from "../../infra/config/parse";
import { profiles } from "../../infra/config/profiles";
import { SetupError } from "../setup/errors.mjs";
import { findSubject } from "./subject";

const surroundings = {
  readFile: () => ({ kind: "problem", reason: "there is none" }) as const,
  nowMs: Date.UTC(2026, 10, 23),
};
const noStack = () =>
  Promise.reject(new SetupError("The Pulumi CLI is not installed yet: run npm start once."));
const stackOf = (raw: Record<string, unknown>) => () =>
  Promise.resolve(readStackConfig("lab", raw, surroundings));
const reasonOf = (argument: string, stack = noStack as ReturnType<typeof stackOf>) =>
  findSubject(argument, stack).then(
    (subject) => subject.title,
    (error: unknown) => (error instanceof SetupError ? error.message : error),
  );

describe("the subject", () => {
  it("may be a profile; the stack is not read", async () => {
    const { sensors, ...subject } = await findSubject("power-meter", noStack);
    expect(subject).toEqual({ title: "profile power-meter", device: "device-1", seed: "1" });
    expect(sensors.map(({ name }) => name)).toEqual(profiles["power-meter"].map(({ name }) => name));
  });

  it("may be a model as JSON", async () => {
    const { sensors, title } = await findSubject('{"type":"sine","period":"10m"}', noStack);
    expect(title).toBe("model");
    expect(sensors.map(({ name, interval, model }) => ({ name, interval, model }))).toEqual([
      {
        name: "value",
        interval: 1000,
        model: { type: "sine", mean: 0, amplitude: 1, period: 600_000, phase: 0, noise: 0 },
      },
    ]);
  });

  it("may be a device of the stack, a group, or one device of a group", async () => {
    const devices = [
      { name: "boiler", sensors: [{ name: "heat", interval: "5s" }] },
      { name: "meter", count: 20, profile: "power-meter" },
    ];
    const stack = stackOf({ devices, seed: 42 });
    const found = async (argument: string) => {
      const { title, device, seed, sensors } = await findSubject(argument, stack);
      return [title, device, seed, sensors.length];
    };
    expect(await found("boiler")).toEqual(["stack lab", "boiler", "42", 1]);
    expect(await found("meter")).toEqual(["group meter of stack lab", "meter-1", "42", 6]);
    expect(await found("meter-20")).toEqual(["group meter of stack lab", "meter-20", "42", 6]);
    for (const none of ["meter-0", "meter-21", "meter-01", "meter-", "meter-x"])
      expect(await reasonOf(none, stack)).toMatch(/^there is no profile, device or group/);
  });
});

describe("a wrong subject is refused in one line that lists the known ones", () => {
  const profileList = "profiles are thermostat, power-meter, vibration, gps-tracker, cold-chain";

  it("an unknown name", async () => {
    expect(await reasonOf("nope", stackOf({ devices: 2 }))).toBe(
      `there is no profile, device or group "nope"; ${profileList}; stack "lab" has device-1, device-2`,
    );
    expect(await reasonOf("nope", stackOf({ devices: 0 }))).toBe(
      `there is no profile, device or group "nope"; ${profileList}; stack "lab" has no devices`,
    );
    expect(await reasonOf("nope", stackOf({ devices: 100 }))).toMatch(/ has device-1, .*, device-8, …$/);
    expect(await reasonOf("nope", stackOf({ devices: 1, brokers: 77 }))).toMatch(
      / has device-1; its configuration has problems, which npm run plan shows$/,
    );
    expect(await reasonOf("nope")).toBe(
      `there is no profile, device or group "nope"; ${profileList}; the stack's devices are not known: The Pulumi CLI is not installed yet: run npm start once.`,
    );
  });

  it.each([
    ["{sine}", /^the model is not JSON, such as '{"type":"sine","period":"10m"}': /],
    ['{"type":"sin"}', /^model\.type: found "sin"; write one of: uniform, gaussian, /],
    ['{"type":"uniform","min":3}', /^model\.min: found 3; write a number below max$/],
    [
      '{"type":"derived","expression":"a"}',
      /^the expression of sensor "value" cannot be used: there is no sensor "a"; /,
    ],
  ])("a model that is none: %s", async (json, reason) => {
    expect(await reasonOf(json)).toMatch(reason);
  });

  it("a device whose expressions cannot be computed", async () => {
    const sensors = [{ name: "a", model: { type: "derived", expression: "a" } }];
    expect(await reasonOf("boiler", stackOf({ devices: [{ name: "boiler", sensors }] }))).toBe(
      'the expression of sensor "a" cannot be used: it refers to itself, "a"; refer to other sensors of the device',
    );
  });
});
