import { describe, expect, it } from "vitest";
import { parseStackConfig, readStackConfig } from "./parse";
import { noFiles, problemsWith, withFiles } from "../testing/config";

const devices = (raw: Record<string, unknown>) => parseStackConfig("dev", raw, noFiles).devices;
const sensorsOf = (device: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  devices({ devices: [{ name: "d", ...device }], ...more })[0]?.sensors ?? [];
const uniform = { type: "uniform", min: 0, max: 1 };

describe("a group", () => {
  it("has the settings of its devices, and a number of devices in each container", () => {
    const raw = {
      name: "meter",
      count: 25_000,
      topic: "meters",
      sensors: 1,
      interval: "10s",
      jitter: "2s",
      faults: [{ type: "offline", probability: 0.01, for: "1m" }],
      tags: { site: "north", floor: 2, roof: false },
      messageSize: "1kB",
      compression: "zstd",
      buffer: { limit: 5_000 },
    };
    expect(devices({ devices: [raw], buffer: { limit: 7, keep: "oldest" }, compression: "gzip" })).toEqual([
      {
        name: "meter",
        group: { count: 25_000, devicesPerContainer: 10_000 },
        topic: "meters",
        sensors: [{ name: "sensor_1", interval: 10_000, jitter: 2_000, model: uniform, faults: [] }],
        faults: [{ type: "offline", probability: 0.01, for: 60_000, meanwhile: "buffer" }],
        tags: { site: "north", floor: 2, roof: false },
        messageBytes: 1_024,
        compression: "zstd",
        buffer: { limit: 5_000, keep: "oldest" },
        topicConfig: {},
      },
    ]);
  });

  it("may have a container for each device", () => {
    const [group] = devices({ devices: [{ name: "m", count: 3, devicesPerContainer: 1 }] });
    expect(group?.group).toEqual({ count: 3, devicesPerContainer: 1 });
  });

  it("publishes to a topic of its name, and has the stack's compression and buffer", () => {
    const [group] = devices({ devices: [{ name: "m", count: 3 }], compression: "gzip" });
    expect(group).toMatchObject({
      topic: "m",
      compression: "gzip",
      buffer: { limit: 100_000, keep: "newest" },
    });
  });

  it.each([
    [
      [{ name: "meter", count: 3 }, { name: "meter-2" }],
      'devices[1].name: found "meter-2"; rename it; a device of group "meter" has that name already',
    ],
    [
      [{ name: "meter-2" }, { name: "meter", count: 3, devicesPerContainer: 1 }],
      'devices[0].name: found "meter-2"; rename it; a device of group "meter" has that name already',
    ],
    [
      [{ name: "meter-fleet-1" }, { name: "meter", count: 3 }],
      'devices[1].name: found "meter"; rename it; a device has the name of its container "meter-fleet-1" already',
    ],
    [
      [{ name: "broker", count: 2, devicesPerContainer: 1 }],
      'devices[0].name: found "broker"; rename it; a part of the stack has the name of its container "broker-1" already',
    ],
    [
      [{ name: "x".repeat(98), count: 10 }],
      `devices[0].name: found "${"x".repeat(78)}…; shorten it by 1: the names of its devices end with numbers, and can have at most 100 characters`,
    ],
    [
      [{ name: "m", devicesPerContainer: 5 }],
      "devices[0].devicesPerContainer: found 5; remove it, or set count, which makes a group",
    ],
    [
      [{ name: "m", count: 1_001, devicesPerContainer: 1 }],
      "devices[0].devicesPerContainer: found 1; raise it to at least 2: there would be 1,001 containers of devices, and can be 1,000",
    ],
    [
      [{ name: "m", count: 999, devicesPerContainer: 1 }, { name: "a" }, { name: "b" }],
      "devices[0].devicesPerContainer: found 1; raise it to at least 2: there would be 1,001 containers of devices, and can be 1,000",
    ],
  ])("%j has one problem", (raw, problem) => {
    expect(problemsWith({ devices: raw })).toEqual([problem]);
  });

  it.each([
    [[{ name: "meter", count: 3 }, { name: "meter-4" }, { name: "meter-02" }, { name: "meter-0" }]],
    [[{ name: "x".repeat(98), count: 9 }]],
    [[{ name: "m", count: 1_000, devicesPerContainer: 1 }]],
    [[{ name: "a", count: 100_000, interval: "1m" }]],
  ])("%j has none", (raw) => {
    expect(problemsWith({ devices: raw })).toEqual([]);
  });

  it("is not planned if it needs more containers than a stack can have", () => {
    const raw = { devices: [{ name: "m", count: 100_000, devicesPerContainer: 1 }] };
    const { spec, unread } = readStackConfig("dev", raw, noFiles);
    expect(spec.devices.map(({ name }) => name)).toEqual(["device-1", "device-2", "device-3"]);
    expect([...unread]).toEqual(["devices"]);
  });

  it("can only be read as a whole, by its name", () => {
    const raw = [{ name: "meter", count: 3 }, { name: "boiler" }];
    const reading = (...names: string[]) =>
      problemsWith({ devices: raw, consumers: [{ type: "lake", devices: names }] });
    expect(reading("meter")).toEqual([]);
    expect(reading("meter-3")).toEqual([
      'consumers[0].devices[0]: found "meter-3"; name its group, "meter": a consumer reads whole topics, and all devices of a group share one',
    ]);
    expect(reading("meter-4")).toEqual([
      'consumers[0].devices[0]: found "meter-4"; name a device of the stack; they are "meter", "boiler"',
    ]);
  });
});

describe("a sensor", () => {
  it("takes a model by its name alone or with settings, and gets durations in milliseconds", () => {
    const sensors = [
      { name: "a", model: "gaussian" },
      {
        name: "b",
        model: { type: "sine", period: "10m" },
        jitter: "1s",
        unit: "°C",
        precision: 1,
        min: 0,
        max: 9,
      },
    ];
    expect(sensorsOf({ sensors })).toEqual([
      {
        name: "a",
        interval: 1_000,
        jitter: 0,
        model: { type: "gaussian", mean: 0, deviation: 1 },
        faults: [],
      },
      {
        name: "b",
        interval: 1_000,
        jitter: 1_000,
        unit: "°C",
        precision: 1,
        min: 0,
        max: 9,
        model: { type: "sine", mean: 0, amplitude: 1, period: 600_000, phase: 0, noise: 0 },
        faults: [],
      },
    ]);
  });

  it("has its own interval and jitter, or those of its device, or those of its profile, or one second", () => {
    const sensors = [{ name: "a", interval: "5s", jitter: "1s" }, { name: "b" }];
    const times = (device: Record<string, unknown>, more = {}) =>
      sensorsOf(device, more).map(({ name, interval, jitter }) => [name, interval, jitter]);
    const device = { interval: "20s", jitter: "2s" };
    expect(times({ sensors })).toEqual([
      ["a", 5_000, 1_000],
      ["b", 1_000, 0],
    ]);
    expect(times({ sensors, ...device })).toEqual([
      ["a", 5_000, 1_000],
      ["b", 20_000, 2_000],
    ]);
    expect(times(device, { sensors })).toEqual(times({ sensors, ...device }));
    const profile = "thermostat";
    expect(new Set(times({ profile }).map(([, interval]) => interval))).toEqual(new Set([10_000, 60_000]));
    expect(new Set(times({ profile, ...device }).map(([, interval]) => interval))).toEqual(new Set([20_000]));
  });

  it("of a profile can be changed, and other sensors can be added", () => {
    const plain = sensorsOf({ profile: "power-meter" });
    const faults = [{ type: "stuck", probability: 0.01, for: "1m" }];
    const sensors = [{ name: "voltage", interval: "1s", max: 260, faults }, { name: "door" }];
    const changed = sensorsOf({ profile: "power-meter", sensors });
    expect(changed.map(({ name }) => name)).toEqual([...plain.map(({ name }) => name), "door"]);
    expect(changed[0]).toEqual({
      ...plain[0],
      interval: 1_000,
      max: 260,
      faults: [{ type: "stuck", probability: 0.01, for: 60_000 }],
    });
    expect(changed.slice(1, -1)).toEqual(plain.slice(1));
  });

  it.each([
    [
      { model: "gausian" },
      'model: found "gausian"; write one of: uniform, gaussian, constant, counter, sine, daily, walk, states, choice, derived, replay; did you mean gaussian?',
    ],
    [
      { model: { type: "sinus" } },
      'model.type: found "sinus"; write one of: uniform, gaussian, constant, counter, sine, daily, walk, states, choice, derived, replay; did you mean sine?',
    ],
    [{ model: "constant" }, "model.value: found nothing; write a number"],
    [
      { model: { type: "sine", perod: "1h" } },
      'model.perod: found "1h"; remove it, there is no such key; did you mean period?',
    ],
    [{ presicion: 1 }, "presicion: found 1; remove it, there is no such key; did you mean precision?"],
    [{ min: 3, max: 1 }, "min: found 3; write a number up to 1, its max"],
    [{ jitter: "2s" }, 'jitter: found "2s"; lower it to at most 1s, the sensor\'s interval'],
    [
      { faults: [{ type: "stuk", probability: 0.1 }] },
      'faults[0].type: found "stuk"; write one of: spike, stuck, drift, missing, duplicate, late, out-of-order, clock-skew, corrupt; did you mean stuck?',
    ],
    [
      { faults: [{ type: "missing", probabilty: 0.1, at: ["06:30"] }] },
      "faults[0].probabilty: found 0.1; remove it, there is no such key; did you mean probability?",
    ],
    [
      { model: { type: "derived", expression: "s + 1" } },
      'model.expression: found "s + 1"; it refers to itself, "s"; refer to other sensors of the device',
    ],
    [
      { model: { type: "derived", expression: "other" } },
      'model.expression: found "other"; there is no sensor "other"; the device has no other',
    ],
  ])("%j has one problem", (sensor, problem) => {
    const sensors = [{ name: "s", ...sensor }];
    expect(problemsWith({ devices: [{ name: "d", sensors }] })).toEqual([`devices[0].sensors[0].${problem}`]);
    expect(problemsWith({ sensors })).toEqual([`sensors[0].${problem}`]);
    expect(problemsWith({ devices: [{ name: "d", sensors: 1 }], sensors })).toEqual([
      `sensors[0].${problem}`,
    ]);
  });

  it.each([
    [
      { profile: "termostat" },
      'profile: found "termostat"; write one of: thermostat, power-meter, vibration, gps-tracker, cold-chain; did you mean thermostat?',
    ],
    [
      { profile: "power-meter", sensors: [{ name: "voltage", min: 300 }] },
      "sensors[0].min: found 300; write a number up to 253, which is the profile's max, or set max too",
    ],
    [
      { profile: "power-meter", sensors: [{ name: "voltage", max: 100 }] },
      "sensors[0].max: found 100; write a number from 207, which is the profile's min, or set min too",
    ],
    [
      {
        profile: "power-meter",
        sensors: [{ name: "voltage", model: { type: "derived", expression: "power" } }],
      },
      'sensors[0].model.expression: found "power"; it depends on itself: voltage → power → voltage; give one of them a model that is not derived',
    ],
    [{ jitter: "3s" }, 'jitter: found "3s"; lower it to at most 1s, the sensor\'s interval'],
    [
      { tags: { seq: 1 } },
      "tags.seq: found 1; give the tag another name: observations already have this field",
    ],
    [{ buffer: { limt: 3 } }, "buffer.limt: found 3; remove it, there is no such key; did you mean limit?"],
    [
      { messageSize: "63B" },
      'messageSize: found "63B"; write a size such as "512MB", "1.5GB", from 64B to 64kB',
    ],
    [{ compression: "brotli" }, 'compression: found "brotli"; write one of: none, gzip, snappy, lz4, zstd'],
  ])("of a device %j has one problem", (device, problem) => {
    expect(problemsWith({ devices: [{ name: "d", ...device }] })).toEqual([`devices[0].${problem}`]);
  });

  it("is refused with tags that make messages too long", () => {
    const tags = { note: "x".repeat(66_000) };
    expect(problemsWith({ devices: [{ name: "d", tags }] })).toEqual([
      `devices[0].tags: found {"note":"${"x".repeat(70)}…; shorten them: messages would have 66144 bytes, and can have 65536`,
    ]);
  });

  it("is refused if its settings are too long for a container's environment", () => {
    const at = Array.from({ length: 100 }, (_, minute) => new Date(minute * 60_000).toISOString());
    const faults = Array.from({ length: 20 }, () => ({ type: "missing", at }));
    const sensors = [1, 2, 3].map((number) => ({ name: `s${number}`, faults }));
    const [problem = "", ...others] = problemsWith({ devices: [{ name: "d", sensors }] });
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^devices\[0\]\.sensors: found .*…; shorten it: containers get it in one variable, which would have 1\d{5} bytes and can have 120000; split it over several devices$/,
    );
    expect(problemsWith({ devices: [{ name: "d", sensors: sensors.slice(1) }] })).toEqual([]);
  });
});

describe("recorded values", () => {
  const context = withFiles({ "signals/a.csv": "time,value\n0,1\n5,2\n", "bad.csv": "v\n1\nmuch\n" });
  const replay = (model: Record<string, unknown>) => ({
    devices: [{ name: "d", sensors: [{ name: "s", model: { type: "replay", ...model } }] }],
  });

  it("are read, and get a name that follows from their content", () => {
    const raw = replay({ file: "signals/a.csv", column: "value", timeColumn: "time" });
    const { replayFiles } = parseStackConfig("dev", raw, context);
    expect([...replayFiles]).toEqual([
      ["signals/a.csv", { name: "33ea1c61ad3921fb.csv", content: "time,value\n0,1\n5,2\n" }],
    ]);
  });

  it.each([
    [
      "/srv/a.csv",
      'copy it into the project and write its path from there, such as "signals/boiler.csv": a file outside the project is missing on other machines',
    ],
    [
      "C:\\a.csv",
      'copy it into the project and write its path from there, such as "signals/boiler.csv": a file outside the project is missing on other machines',
    ],
    [
      "signals/../../a.csv",
      'copy it into the project and write its path from there, such as "signals/boiler.csv": a file outside the project is missing on other machines',
    ],
    ["no.csv", "name an existing file; paths start at the project's directory"],
    ["bad.csv", 'correct bad.csv, line 3: found "much"; write a number such as 21.5'],
  ])("%s cannot be replayed", (file, remedy) => {
    expect(problemsWith(replay({ file }), "dev", context)).toEqual([
      `devices[0].sensors[0].model.file: found ${JSON.stringify(file)}; ${remedy}`,
    ]);
  });
});

describe("the configuration of devices", () => {
  it("reports all its problems at once, also several of one device", () => {
    const sensors = [
      { name: "a", model: "gausian" },
      { name: "b", min: 3, max: 1 },
      { name: "c", model: { type: "derived", expression: "nothing + a" } },
      { name: "d", model: { type: "replay", file: "bad.csv" } },
      { name: "e", colour: "red" },
    ];
    const raw = {
      devices: [
        { name: "meter", count: 0, tags: 3 },
        7,
        { name: "m", count: 10, sensors: 1 },
        { name: "m-3", sensors },
        { name: "big", count: 10_000, sensors: [{ name: "s", interval: "10ms" }] },
      ],
      sensors: [
        { name: "x", model: { type: "derived", expression: "y" } },
        { name: "z", interval: 0 },
      ],
    };
    expect(problemsWith(raw, "dev", withFiles({ "bad.csv": "v\n1\nmuch\n" }))).toEqual([
      "devices[0].count: found 0; write a whole number from 1 to 100000",
      'devices[0].tags: found 3; write fields by name, such as {"site":"north"}',
      'devices[1]: found 7; write a device such as {"name":"boiler","sensors":2}',
      'devices[3].sensors[0].model: found "gausian"; write one of: uniform, gaussian, constant, counter, sine, daily, walk, states, choice, derived, replay; did you mean gaussian?',
      'devices[3].sensors[4].colour: found "red"; remove it, there is no such key',
      'sensors[1].interval: found 0; write a duration such as "500ms", "1s", "5m", or a number of seconds, from 10ms to 1d',
      'devices[3].name: found "m-3"; rename it; a device of group "m" has that name already',
      'sensors[0].model.expression: found "y"; there is no sensor "y"; the others are z',
      "devices[3].sensors[1].min: found 3; write a number up to 1, its max",
      'devices[3].sensors[2].model.expression: found "nothing + a"; there is no sensor "nothing"; the others are a, b, d, sensor("e")',
      "devices[4].devicesPerContainer: found 10000; lower it to at most 1000 or lengthen intervals (10ms to 100ms): a container would have to send 1,000,000 messages/s, and sends at most 100,000",
      'devices: found [{"name":"meter","count":0,"tags":3},7,{"name":"m","count":10,"sensors":1},{"na…; have fewer of them or lengthen intervals (10ms to 60ms): each broker would have to take 1,000,010 messages/s with all copies, and takes 200,000',
      'devices[3].sensors[3].model.file: found "bad.csv"; correct bad.csv, line 3: found "much"; write a number such as 21.5',
    ]);
  });
});
