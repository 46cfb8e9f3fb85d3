import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, it } from "vitest";
import { secretValue, showValue } from "../../contract/problems";
import { loadConfig } from "./load";
import { readConfigValue } from "./parse";

afterEach(() => pulumi.runtime.setAllConfig({}));

it("loadConfig reads the project's keys, and hides keys that are secret as a whole or in part", async () => {
  await pulumi.runtime.setMocks(
    { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
    "kafka-iot-sim",
  );
  const config = {
    "kafka-iot-sim:brokers": "3",
    "kafka-iot-sim:devices": "5",
    "kafka-iot-sim:kafka": '{"properties":{"num.io.threads":"4"}}',
    "docker:host": "tcp://10.0.0.1:2375",
  };
  pulumi.runtime.setAllConfig(config, ["kafka-iot-sim:devices", "kafka-iot-sim:kafka", "docker:host"]);
  expect(loadConfig()).toEqual({ brokers: 3, devices: secretValue, kafka: secretValue });
});

it.each(["1e400", "-1e400", "9223372036854775808"])("readConfigValue keeps %s as it was written", (text) => {
  expect(showValue(readConfigValue(text))).toBe(text);
  expect(showValue(readConfigValue(`[{"name":${text}}]`))).toBe(`[{"name":${text}}]`);
});

it.each([
  ["3", 3],
  ["kraft", "kraft"],
  ['[{"type":"lake"}]', [{ type: "lake" }]],
  ["512MB", "512MB"],
  ["true", true],
  ["", ""],
])("readConfigValue reads %j as %j", (text, value) => {
  expect(readConfigValue(text)).toEqual(value);
});
