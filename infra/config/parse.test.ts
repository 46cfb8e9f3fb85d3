import { describe, expect, it } from "vitest";
import { ConfigError, parseStackConfig } from "./parse";

function problemsWith(raw: Record<string, unknown>, stack = "dev"): string[] {
  try {
    parseStackConfig(stack, raw);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.message
        .split("\n")
        .slice(1)
        .map((line) => line.replace("  - ", ""));
    throw error;
  }
  return [];
}

const sensors = (count: number, interval = 1_000) =>
  Array.from({ length: count }, (_, index) => ({ name: `sensor_${index + 1}`, interval }));

describe("a right configuration", () => {
  it("needs nothing at all", () => {
    expect(parseStackConfig("dev", {})).toEqual({
      stack: "dev",
      devices: ["device-1", "device-2", "device-3"].map((name) => ({
        name,
        topic: name,
        sensors: sensors(3),
      })),
      brokers: 1,
      zookeepers: 1,
      partitions: 1,
      replicationFactor: 1,
      consumers: [
        { type: "console", name: "console" },
        { type: "lake", name: "lake" },
      ],
      images: {
        kafka: "confluentinc/cp-kafka:7.9.2",
        zookeeper: "confluentinc/cp-zookeeper:7.9.2",
        node: "node:24-bookworm-slim",
      },
      hostPort: 9_092,
    });
  });

  it("gives a counted device the stack's sensors, and a listed one its own", () => {
    const spec = parseStackConfig("dev", {
      devices: [
        { name: "boiler", sensors: [{ name: "flame", interval: "250ms" }, { name: "door" }] },
        { name: "pump" },
      ],
      sensors: [{ name: "load", interval: 5 }],
    });
    expect(spec.devices).toEqual([
      {
        name: "boiler",
        topic: "boiler",
        sensors: [
          { name: "flame", interval: 250 },
          { name: "door", interval: 1_000 },
        ],
      },
      { name: "pump", topic: "pump", sensors: [{ name: "load", interval: 5_000 }] },
    ]);
  });

  it("may have no devices, and several in one topic", () => {
    expect(parseStackConfig("dev", { devices: 0 }).devices).toEqual([]);
    const shared = [
      { name: "a", topic: "meters", sensors: 1 },
      { name: "b", topic: "meters", sensors: 2 },
    ];
    expect(
      parseStackConfig("dev", { devices: shared }).devices.map((device) => device.sensors.length),
    ).toEqual([1, 2]);
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [9, 3],
  ])("of %d brokers copies partitions %d times", (brokers, replicationFactor) => {
    expect(parseStackConfig("dev", { brokers }).replicationFactor).toBe(replicationFactor);
  });
});

describe("a wrong configuration", () => {
  it("is told of all its problems at once, each with path, value and remedy", () => {
    const problems = problemsWith({
      colour: "red",
      devices: [
        { name: "a", sensors: [{ name: "s", interval: 0 }, { name: "s" }] },
        { name: "a" },
        { name: "-x", flavour: 1 },
        { topic: "__own" },
      ],
      sensors: -1,
      brokers: 2,
      replicationFactor: 3,
      zookeepers: 2,
      partitions: 0,
      consumers: [{ type: "console" }, { type: "console" }, { type: "printer" }],
      images: { kafka: "No Such:Image" },
      hostPort: "often",
    });
    expect(problems).toEqual([
      'colour: found "red"; remove it (npx pulumi config rm colour); the keys are devices, sensors, brokers, zookeepers, partitions, replicationFactor, consumers, images, hostPort',
      'devices[0].sensors[0].interval: found 0; write a duration such as "500ms", "1s", "5m", or a number of seconds, from 10ms to 1d',
      'devices[2].name: found "-x"; write 1 to 100 letters, digits, dots, underscores or hyphens, starting with a letter or digit',
      "devices[2].flavour: found 1; remove it, there is no such key",
      "devices[3].name: found nothing; write 1 to 100 letters, digits, dots, underscores or hyphens, starting with a letter or digit",
      'devices[3].topic: found "__own"; write 1 to 249 letters, digits, dots, underscores or hyphens, not starting with two underscores',
      'sensors: found -1; write a whole number from 1 to 100, or a list such as [{"name":"temperature","interval":"5s"}]',
      "zookeepers: found 2; write 1, 3 or 5: an ensemble needs a majority, to which an even member adds nothing",
      "partitions: found 0; write a whole number from 1 to 10000",
      'consumers[2].type: found "printer"; write one of: console, lake',
      'images.kafka: found "No Such:Image"; write an image reference such as confluentinc/cp-kafka:7.9.2',
      'hostPort: found "often"; write a whole number from 1 to 65535',
      'devices[1].name: found "a"; give it a name of its own; devices[0] has this one',
      'devices[0].sensors[1].name: found "s"; give it a name of its own; devices[0].sensors[0] has this one',
      'consumers[1].name: found "console"; give it a name of its own; consumers[0] has this one',
      "replicationFactor: found 3; it exceeds brokers (2); lower it or add brokers",
    ]);
  });

  it.each([
    [
      { devices: -1 },
      'devices: found -1; write a whole number from 0 to 1000, or a list such as [{"name":"boiler","sensors":2}]',
    ],
    [
      { devices: 1.5 },
      'devices: found 1.5; write a whole number from 0 to 1000, or a list such as [{"name":"boiler","sensors":2}]',
    ],
    [
      { devices: "five" },
      'devices: found "five"; write a whole number from 0 to 1000, or a list such as [{"name":"boiler","sensors":2}]',
    ],
    [
      { devices: ["boiler"] },
      'devices[0]: found "boiler"; write a device such as {"name":"boiler","sensors":2}',
    ],
    [{ sensors: [] }, "sensors: found []; list at least one sensor"],
    [
      { sensors: [{ name: "a/b" }] },
      'sensors[0].name: found "a/b"; write 1 to 100 characters without slashes, control characters or outer spaces',
    ],
    [{ brokers: 10 }, "brokers: found 10; write a whole number from 1 to 9"],
    [
      { consumers: "lake" },
      'consumers: found "lake"; list consumers such as [{"type":"console"},{"type":"lake"}]',
    ],
    [
      { brokers: 3, hostPort: 65_534 },
      "hostPort: found 65534; lower it to at most 65533, so that all 3 brokers get a port",
    ],
    [
      { devices: [{ name: "broker-1" }] },
      'devices[0].name: found "broker-1"; rename it; a part of the stack has that name already',
    ],
    [
      { devices: [{ name: "lake" }] },
      'devices[0].name: found "lake"; rename it; a consumer has that name already',
    ],
    [
      { devices: [{ name: "a.b" }, { name: "a_b" }] },
      'devices[1].name: found "a_b"; rename it: Kafka takes it for the same as topic "a.b", since dots and underscores collide',
    ],
    [
      { devices: 2, consumers: [{ type: "lake", devices: ["device-3"] }] },
      'consumers[0].devices[0]: found "device-3"; name a device of the stack; they are "device-1", "device-2"',
    ],
    [
      {
        devices: [
          { name: "a", topic: "t" },
          { name: "b", topic: "t" },
        ],
        consumers: [{ type: "lake", devices: ["a"] }],
      },
      'consumers[0].devices[0]: found "a"; list "b" too, which shares topic "t", or give it a topic of its own',
    ],
  ])("%j has one problem", (raw, problem) => {
    expect(problemsWith(raw)).toEqual([problem]);
  });

  it("is told of a stack name that makes too long host names", () => {
    expect(problemsWith({}, "s".repeat(37))).toEqual([]);
    expect(problemsWith({}, "s".repeat(38))).toHaveLength(1);
  });

  it("counts its problems in the message", () => {
    expect(() => parseStackConfig("dev", { brokers: 0 })).toThrow(
      "The configuration has 1 problem; nothing was changed:",
    );
  });
});
