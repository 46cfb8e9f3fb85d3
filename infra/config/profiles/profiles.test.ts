import { describe, expect, it } from "vitest";
import { derivedProblems } from "../../../contract/models/derived-problems";
import { SensorSettings } from "../../../contract/models/sensor";
import { fillInDevices } from "../devices";
import { parseStackConfig } from "../parse";
import { profileNames, profiles } from ".";

const context = {
  readFile: () => ({ kind: "problem", reason: "profiles replay nothing" }) as const,
  nowMs: Date.UTC(2026, 10, 23),
};

describe.each(profileNames)("the profile %s", (profile) => {
  it("could be written by a user: the configuration takes it by name and written out", () => {
    const sensors: unknown = profiles[profile];
    const specOf = (device: object) =>
      parseStackConfig("dev", { devices: [{ name: "a", ...device }] }, context);
    expect(specOf({ sensors }).devices[0]?.sensors).toEqual(specOf({ profile }).devices[0]?.sensors);
  });

  it("has expressions that can be calculated, and settings that a device accepts", () => {
    const [device] = fillInDevices([{ name: "a", profile, faults: [], tags: {} }], {});
    expect(derivedProblems(device?.sensors ?? [])).toEqual([]);
    for (const sensor of device?.sensors ?? []) expect(SensorSettings.parse(sensor)).toEqual(sensor);
  });
});

it("the profiles show most models", () => {
  const types = new Set(Object.values(profiles).flatMap((sensors) => sensors.map(({ model }) => model.type)));
  expect([...types].sort()).toEqual(["choice", "counter", "daily", "derived", "sine", "states", "walk"]);
});
