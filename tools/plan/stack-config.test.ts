import { expect, it } from "vitest";
import { secretValue } from "../../contract/problems";
import { rawConfig } from "./stack-config";

it("the raw configuration has the keys of this project, with the values that the program gets", () => {
  const listing = {
    "kafka-iot-sim:brokers": { value: "3", secret: false },
    "kafka-iot-sim:coordination": { value: "kraft", secret: false },
    "kafka-iot-sim:kafka": {
      value: '{"heap":"512MB","properties":{"num.io.threads":4}}',
      objectValue: { heap: "512MB", properties: { "num.io.threads": 4 } },
    },
    "kafka-iot-sim:devices": { secret: true },
    "docker:host": { value: "tcp://10.0.0.1:2375", secret: false },
  };
  expect(rawConfig(JSON.stringify(listing))).toEqual({
    brokers: 3,
    coordination: "kraft",
    kafka: { heap: "512MB", properties: { "num.io.threads": 4 } },
    devices: secretValue,
  });
});
