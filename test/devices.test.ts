import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { faultyStack, testFaults } from "./devices/faults";
import { testHistory } from "./devices/history";
import { testOutages } from "./devices/outages";
import { DeviceBroker } from "./support/device-broker";

/** All on one stack, whose own devices have faults while other devices are tested. */
describe("devices", () => {
  let broker: DeviceBroker;
  beforeAll(async () => {
    broker = await DeviceBroker.start("devices", faultyStack);
  });
  afterEach(() => broker.clear());
  afterAll(() => broker.dispose());

  describe("with declared faults, in a stack", () => testFaults(() => broker));
  describe("with a history", () => testHistory(() => broker));
  describe("that end, or whose brokers fail", () => testOutages(() => broker));
});
