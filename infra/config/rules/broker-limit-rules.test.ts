import { describe, expect, it } from "vitest";
import { propertyProblem } from "../../testing/config";

/** The minimum that is accepted. Also checks that one less is refused with it as the remedy. */
function minimumOf(name: string, more: Readonly<Record<string, unknown>> = {}): number {
  const number = Number(/raise it to at least (\d+)/.exec(propertyProblem(name, 1, more) ?? "")?.[1]);
  expect(propertyProblem(name, number, more)).toBeUndefined();
  expect(propertyProblem(name, number - 1, more)).toMatch(
    `found ${number - 1}; raise it to at least ${number}: `,
  );
  return number;
}

describe("a limit of a broker", () => {
  it.each([
    ["max.connections", 1],
    ["max.connections.per.ip", 0],
    ["max.connections.per.ip", 1],
    ["max.connection.creation.rate", 0],
    ["group.max.size", 1],
  ])("%s cannot be lower than the stack needs: not %d", (name, value) => {
    expect(propertyProblem(name, value)).toMatch(new RegExp(`^found ${value}; raise it to at least \\d+: `));
  });

  it("leaves connections for the containers of devices, consumers and topic-init, and for the host", () => {
    const consumers = [{ type: "lake", replicas: 2 }, { type: "console" }, { type: "prometheus" }];
    const stack = { devices: 3, consumers };
    expect(minimumOf("max.connections", stack)).toBe(
      (3 + 3 + 2) * minimumOf("max.connections.per.ip", stack),
    );
    const devices = [{ name: "m", count: 25, devicesPerContainer: 10 }];
    expect(minimumOf("max.connections", { consumers, devices }) / minimumOf("max.connections.per.ip")).toBe(
      3 + 3 + 2,
    );
    expect(minimumOf("max.connection.creation.rate", stack)).toBe(3 + 3 + 2);
  });

  it("leaves connections for other brokers with their fetchers, and for controllers", () => {
    const stack = { brokers: 3, devices: 0, consumers: [] };
    const properties = { "num.replica.fetchers": 9 };
    const alone = minimumOf("max.connections.per.ip");
    expect(minimumOf("max.connections.per.ip", stack)).toBe(alone + 1);
    expect(minimumOf("max.connections", stack)).toBe((2 * 2 + 2) * (alone + 1));
    const kraft = { ...stack, brokers: 4, coordination: "kraft" };
    expect(minimumOf("max.connections", kraft)).toBe((2 * 3 + 3 + 2) * (alone + 1));
    expect(
      propertyProblem("max.connections.per.ip", alone + 8, {
        ...stack,
        kafka: { properties: { ...properties, "max.connections.per.ip": alone + 8 } },
      }),
    ).toMatch(`raise it to at least ${alone + 9}: `);
  });

  it("leaves room for each replica twice, because a killed replica stays a member until its session ends", () => {
    expect(minimumOf("group.max.size")).toBe(2);
    const consumers = [
      { type: "console", replicas: 3 },
      { type: "lake", replicas: 2 },
    ];
    expect(minimumOf("group.max.size", { consumers })).toBe(6);
    expect(propertyProblem("group.max.size", 1, { consumers: [] })).toBeUndefined();
  });

  it("leaves the broker heap beside the buffer of the log cleaner", () => {
    const name = "log.cleaner.dedupe.buffer.size";
    const most = (384 - 64) * 2 ** 20;
    expect(propertyProblem(name, most)).toBeUndefined();
    expect(propertyProblem(name, most + 1)).toBe(
      `found ${most + 1}; lower it to at most ${most}, or raise kafka.heap: a broker takes this much of its heap when it starts`,
    );
    const kafka = { heap: "192MB", properties: { [name]: 134_217_728 } };
    expect(propertyProblem(name, 134_217_728, { kafka })).toBeUndefined();
  });

  it("is reported once if it is not a number", () => {
    expect(propertyProblem("max.connections", -1)).toBe("found -1; write a whole number from 0 on");
    expect(propertyProblem("max.connections", "many")).toMatch(/^found "many"; write a whole number/);
    expect(propertyProblem("max.connections.per.ip.overrides", "10.0.0.1:5")).toBe(
      'found "10.0.0.1:5"; remove it; containers have other addresses after each start: set max.connections.per.ip',
    );
  });
});
