import { describe, expect, it } from "vitest";
import { secretValue } from "../../contract/problems";
import { parseStackConfig, readConfigValue } from "./parse";
import { StackConfig } from "./schema/stack";
import { noFiles, problemsWith } from "../testing/config";

const sensor = (name: string, interval = 1_000) => ({
  name,
  interval,
  jitter: 0,
  model: { type: "uniform", min: 0, max: 1 },
  faults: [],
});
const device = (name: string, sensors: readonly unknown[]) => ({
  name,
  topic: name,
  sensors,
  faults: [],
  tags: {},
  messageBytes: 0,
  compression: "none",
  buffer: { limit: 100_000, keep: "newest" },
  topicConfig: {},
});

describe("a valid configuration", () => {
  it("can be empty", () => {
    expect(parseStackConfig("dev", {}, noFiles)).toEqual({
      stack: "dev",
      devices: ["device-1", "device-2", "device-3"].map((name) =>
        device(name, [sensor("sensor_1"), sensor("sensor_2"), sensor("sensor_3")]),
      ),
      seed: "1",
      speed: 1,
      replayFiles: new Map(),
      brokers: 1,
      coordination: "zookeeper",
      zookeepers: 1,
      partitions: 1,
      replicationFactor: 1,
      kafka: { heapMegabytes: 384, properties: {} },
      consumers: [
        { type: "console", name: "console", replicas: 1 },
        { type: "lake", name: "lake", replicas: 1 },
        { type: "dashboard", name: "dashboard", replicas: 1 },
      ],
      lake: {
        flushIntervalMs: 10_000,
        flushRows: 250_000,
        checkpointEvery: 10,
        compactAfterMs: 120_000,
        retentionMs: 604_800_000,
        onLostOffsets: "stop",
      },
      images: {
        kafka: "confluentinc/cp-kafka:7.9.2",
        zookeeper: "confluentinc/cp-zookeeper:7.9.2",
        node: "node:24-bookworm-slim",
        prometheus: "prom/prometheus:v3.5.0",
      },
      hostPort: 9_092,
      dashboardPort: 8_080,
      prometheusPort: 9_090,
      adopt: [],
    });
  });

  it("gives counted devices the stack's sensors, and listed devices their own", () => {
    const spec = parseStackConfig(
      "dev",
      {
        devices: [
          { name: "boiler", sensors: [{ name: "flame", interval: "250ms" }, { name: "door" }] },
          { name: "pump" },
        ],
        sensors: [{ name: "load", interval: 5 }],
      },
      noFiles,
    );
    expect(spec.devices).toEqual([
      device("boiler", [sensor("flame", 250), sensor("door")]),
      device("pump", [sensor("load", 5_000)]),
    ]);
  });

  it("can have no devices, or several devices in one topic", () => {
    expect(parseStackConfig("dev", { devices: 0 }, noFiles).devices).toEqual([]);
    const shared = [
      { name: "a", topic: "meters", sensors: 1 },
      { name: "b", topic: "meters", sensors: 2 },
    ];
    expect(
      parseStackConfig("dev", { devices: shared }, noFiles).devices.map((device) => device.sensors.length),
    ).toEqual([1, 2]);
  });

  it("takes some or all settings of the lake", () => {
    expect(parseStackConfig("dev", { lake: { flushInterval: "1s" } }, noFiles).lake).toEqual({
      ...parseStackConfig("dev", {}, noFiles).lake,
      flushIntervalMs: 1_000,
    });
    const lake = {
      flushInterval: "100ms",
      flushRows: 1,
      checkpointEvery: 10_000,
      compactAfter: "never",
      retention: "365d",
      onLostOffsets: "new-incarnation",
    };
    expect(parseStackConfig("dev", { lake }, noFiles).lake).toEqual({
      flushIntervalMs: 100,
      flushRows: 1,
      checkpointEvery: 10_000,
      compactAfterMs: 0,
      retentionMs: 31_536_000_000,
      onLostOffsets: "new-incarnation",
    });
  });

  it("still takes new-lineage, the old name of new-incarnation", () => {
    const lake = { onLostOffsets: "new-lineage" };
    expect(parseStackConfig("dev", { lake }, noFiles).lake.onLostOffsets).toBe("new-incarnation");
  });

  it("can have two lakes that read different topics", () => {
    const consumers = [
      { type: "lake", devices: ["device-1"] },
      { type: "lake", name: "others", devices: ["device-2", "device-3"], replicas: 2 },
    ];
    expect(problemsWith({ consumers })).toEqual([]);
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [9, 3],
  ])("with %d brokers keeps %d copies of partitions", (brokers, replicationFactor) => {
    expect(parseStackConfig("dev", { brokers }, noFiles).replicationFactor).toBe(replicationFactor);
  });
});

describe("a wrong configuration", () => {
  it("reports all its problems at once, each with path, value and remedy", () => {
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
      'colour: found "red"; remove it (npx pulumi config rm colour); the keys are devices, sensors, seed, backfill, speed, maxRate, compression, buffer, brokers, coordination, zookeepers, partitions, replicationFactor, kafka, topicDefaults, consumers, lake, images, hostPort, dashboardPort, prometheusPort, adopt',
      'devices[0].sensors[0].interval: found 0; write a duration such as "500ms", "1s", "5m", or a number of seconds, from 10ms to 1d',
      'devices[2].name: found "-x"; write 1 to 100 letters, digits, dots, underscores or hyphens, starting with a letter or digit',
      "devices[2].flavour: found 1; remove it, there is no such key",
      "devices[3].name: found nothing; write 1 to 100 letters, digits, dots, underscores or hyphens, starting with a letter or digit",
      'devices[3].topic: found "__own"; write 1 to 249 letters, digits, dots, underscores or hyphens, not starting with two underscores',
      'sensors: found -1; write a whole number from 1 to 100, or a list such as [{"name":"temperature","interval":"5s"}]',
      "zookeepers: found 2; write 1, 3 or 5: an ensemble needs a majority, to which an even member adds nothing",
      "partitions: found 0; write a whole number from 1 to 5000",
      'consumers[2].type: found "printer"; write one of: console, lake, dashboard, prometheus',
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
      'devices[1].name: found "a_b"; rename it: for Kafka it is the same as topic "a.b", since dots and underscores collide',
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
      'consumers[0].devices[0]: found "a"; list "b" too, which shares topic "t", or give "a" a topic of its own',
    ],
    [{ lake: "quick" }, 'lake: found "quick"; write settings by name, such as {"flushInterval":"1s"}'],
    [
      { lake: { retention: "never" } },
      'lake.retention: found "never"; write a duration such as "500ms", "1s", "5m", or a number of seconds, from 1m to 365d',
    ],
    [
      {
        consumers: [
          { type: "console", name: "lake-2" },
          { type: "lake", replicas: 3 },
        ],
      },
      'consumers[1].replicas: found 3; lower it to 1 or rename the consumer; a consumer has the name "lake-2" already',
    ],
    [
      { brokers: 3, consumers: [{ type: "console", name: "broker", replicas: 2 }] },
      'consumers[0].replicas: found 2; lower it to 1 or rename the consumer; a part of the stack has the name "broker-2" already',
    ],
    [
      { devices: [{ name: "lake-2" }, { name: "lake-4" }], consumers: [{ type: "lake", replicas: 3 }] },
      'devices[0].name: found "lake-2"; rename it; a replica of "lake" has that name already',
    ],
    [
      { devices: 2, consumers: [{ type: "lake" }, { type: "lake", name: "second", replicas: 2 }] },
      'consumers[1]: found {"type":"lake","name":"second","replicas":2}; remove it and set consumers[0].replicas to 3, or let each read other devices: consumers[0] puts "device-1", "device-2" into the same table',
    ],
    [
      {
        devices: 3,
        consumers: [
          { type: "console" },
          { type: "lake", devices: ["device-1", "device-2"] },
          { type: "lake", name: "b", devices: ["device-3", "device-2"] },
        ],
      },
      'consumers[2]: found {"type":"lake","name":"b","devices":["device-3","device-2"]}; remove it and set consumers[1].replicas to 2, or let each read other devices: consumers[1] puts "device-2" into the same table',
    ],
  ])("%j has one problem", (raw, problem) => {
    expect(problemsWith(raw)).toEqual([problem]);
  });

  it("reports all problems of the lake and of replicas", () => {
    expect(
      problemsWith({
        consumers: [
          { type: "lake", replicas: 0 },
          { type: "console", replicas: 17 },
          { type: "console", name: "half", replicas: 1.5 },
          { type: "console", name: "many", replicas: "many" },
        ],
        lake: {
          flushInterval: "99ms",
          flushRows: 0,
          checkpointEvery: 10_001,
          compactAfter: 0,
          retention: "59s",
          onLostOffsets: "go on",
          flushSize: "32MB",
        },
      }),
    ).toEqual([
      "consumers[0].replicas: found 0; write a whole number from 1 to 16",
      "consumers[1].replicas: found 17; write a whole number from 1 to 16",
      "consumers[2].replicas: found 1.5; write a whole number from 1 to 16",
      'consumers[3].replicas: found "many"; write a whole number from 1 to 16',
      'lake.flushInterval: found "99ms"; write a duration such as "500ms", "1s", "5m", or a number of seconds, from 100ms to 1h',
      "lake.flushRows: found 0; write a whole number from 1 to 10000000",
      "lake.checkpointEvery: found 10001; write a whole number from 1 to 10000",
      'lake.compactAfter: found 0; write a duration such as "500ms", "1s", "5m", or a number of seconds, from 1s to 7d, or "never"',
      'lake.retention: found "59s"; write a duration such as "500ms", "1s", "5m", or a number of seconds, from 1m to 365d',
      'lake.onLostOffsets: found "go on"; write one of: stop, new-incarnation',
      'lake.flushSize: found "32MB"; remove it, there is no such key',
    ]);
  });

  it("reports a stack name that makes host names too long", () => {
    expect(problemsWith({}, "s".repeat(36))).toEqual([]);
    expect(problemsWith({}, "s".repeat(37))).toHaveLength(1);
  });

  it("reports secrets without showing them, beside its other problems", () => {
    const again = (key: string) =>
      `set it again in plain text (npx pulumi config rm ${key}, then npx pulumi config set ${key} VALUE): nothing of a stack's configuration stays secret, since containers, logs and outputs show it`;
    expect(
      problemsWith({ devices: secretValue, kafka: secretValue, colour: secretValue, brokers: 12 }),
    ).toEqual([
      `colour: found a secret; remove it (npx pulumi config rm colour); the keys are ${Object.keys(StackConfig.shape).join(", ")}`,
      `devices: found a secret; ${again("devices")}`,
      `kafka: found a secret; ${again("kafka")}`,
      "brokers: found 12; write a whole number from 1 to 9",
    ]);
    expect(JSON.stringify({ found: secretValue })).toBe('{"found":"[secret]"}');
  });

  it("shows numbers as they were written", () => {
    const raw = {
      brokers: readConfigValue("1e400"),
      seed: readConfigValue("9007199254740993"),
      sensors: readConfigValue('[{"name":"s","model":{"type":"gaussian","mean":1e400},"interval":1e400}]'),
    };
    const found = problemsWith(raw).map((problem) => problem.replace(/;.*/, ""));
    expect(found).toEqual([
      "sensors[0].interval: found 1e400",
      "sensors[0].model.mean: found 1e400",
      "seed: found 9007199254740993",
      "brokers: found 1e400",
    ]);
  });

  it("counts its problems in the message", () => {
    expect(() => parseStackConfig("dev", { brokers: 0 }, noFiles)).toThrow(
      "The configuration has 1 problem; nothing was changed:",
    );
  });
});
