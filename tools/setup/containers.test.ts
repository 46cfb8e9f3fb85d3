import { describe, expect, it } from "vitest";
import { type Container, hasDevice, summary } from "./containers.mjs";

describe("a container of a group", () => {
  const environment = ["DEVICE_COUNT=500", "DEVICE_FIRST_NUMBER=1001", "DEVICE_NAME=meter", "HOME=/"];

  it.each([
    ["meter-1000", false],
    ["meter-1001", true],
    ["meter-1500", true],
    ["meter-1501", false],
    ["meter-01001", false],
    ["meter", false],
    ["pump-1001", false],
  ])("has %s: %s", (device, has) => {
    expect(hasDevice(environment, device)).toBe(has);
  });

  it("is no container of one device", () => {
    expect(hasDevice(["DEVICE_NAME=meter-1"], "meter-1")).toBe(false);
    expect(hasDevice([], "meter-1")).toBe(false);
  });
});

describe("containers for people to read", () => {
  const up = "Up 5 seconds (healthy)";
  const device = (number: number, status = up): Container => ({
    name: `device-${number}`,
    role: "device",
    status,
  });
  const devices = (count: number) => Array.from({ length: count }, (_, index) => device(index + 1));
  const broker = { name: "broker-1", role: "broker", status: up };
  const lake = { name: "lake", role: "consumer", status: up };

  it("are all of them if they are few", () => {
    expect(summary([broker, ...devices(12), lake])).toEqual([broker, ...devices(12), lake]);
  });

  it("have many devices in a line, and those beside it that do not do well", () => {
    const ailing = device(14, "Exited (1) 3 seconds ago");
    expect(summary([broker, ...devices(13), ailing, lake])).toEqual([
      broker,
      { name: "device-1 to device-13", role: "device", status: "13 containers, healthy" },
      ailing,
      lake,
    ]);
  });

  it("have no such line if none does well", () => {
    const ailing = devices(13).map((each) => ({ ...each, status: "Created" }));
    expect(summary([broker, ...ailing])).toEqual([broker, ...ailing]);
  });
});
