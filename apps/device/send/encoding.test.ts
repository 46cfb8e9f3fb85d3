import { describe, expect, it } from "vitest";
import { type Observation, observationFields } from "../../../contract/messages/observation";
import { type EncodedSensor, type EncodingSettings, ObservationEncoder } from "./encoding";
import { Draws } from "../testing/random-streams";

const boot = 1_795_392_000_000;
const names = [
  "a",
  'quoted "name"',
  "back\\slash",
  "tab\tand\nline",
  "größe",
  "温度",
  "🌡",
  "\u2028",
  "\ud83d",
  "é".repeat(100),
];

interface Observed {
  readonly seq: number;
  readonly timestampMs: number;
  readonly value: number;
  readonly label?: string | undefined;
}

function encoderOf(sensor: EncodedSensor, settings: Partial<EncodingSettings> = {}, device = "device-1") {
  const encoder = new ObservationEncoder([{ name: "other" }, { name: device }], [{ name: "other" }, sensor], {
    boot,
    tags: {},
    messageBytes: 0,
    ...settings,
  });
  return (observed: Observed) =>
    Buffer.from(encoder.bytes.subarray(0, encoder.encode(1, 1, observed, observed.label))).toString();
}

const plain: Observed = { seq: 42, timestampMs: boot + 1_000, value: 0.123 };
const contract =
  '{"device":"device-1","sensor":"sensor_1","boot":1795392000000,"seq":42,"timestamp":"2026-11-23T00:00:01.000Z","value":0.123';

describe("the message of an observation", () => {
  it("has the fields of the contract, and the optional ones", () => {
    expect(encoderOf({ name: "sensor_1" })(plain)).toBe(`${contract}}`);
    const encode = encoderOf(
      { name: "sensor_1", unit: "°C" },
      { tags: { site: "north", floor: 3, indoor: true } },
    );
    expect(encode({ ...plain, label: "warm" })).toBe(
      `${contract},"label":"warm","unit":"°C","site":"north","floor":3,"indoor":true}`,
    );
  });

  it("is what JSON.stringify makes, for any names, numbers, times and labels", () => {
    const draws = new Draws("encoding");
    const unit = () => (draws.chance(0.5) ? draws.oneOf(names).slice(0, 30) : undefined);
    const valueOf = (): number =>
      draws.oneOf<() => number>([
        () => draws.below(1_000) - 500,
        () => draws.below(2 ** 31) / 7 - 2 ** 26,
        () => (draws.below(2 ** 31) - 2 ** 30) * 10 ** (draws.below(600) - 300),
        () => draws.oneOf([0, -0, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 1e21, 1e-7, 2 ** 53]),
      ])();
    const timeOf = (): number =>
      draws.oneOf<() => number>([
        () => boot + draws.below(2 ** 31),
        () => draws.below(2 ** 31) * 2_000 - draws.below(1_000),
        () => Date.UTC(1971 + draws.below(200), 0, 1) - draws.below(3) + 1,
        () => Date.UTC(2028, 1, 28) + draws.below(3 * 86_400_000),
        () => draws.oneOf([0, 1, -1, -86_400_001, 999]),
      ])();
    for (let round = 0; round < 300; round++) {
      const sensor = { name: draws.oneOf(names), unit: unit() };
      const device = draws.oneOf(names);
      const tags = draws.chance(0.5)
        ? { [`tag ${draws.oneOf(names)}`]: draws.oneOf(names), n: valueOf() }
        : {};
      const encode = encoderOf(sensor, { tags }, device);
      for (let each = 0; each < 20; each++) {
        const observed: Observed = {
          seq: draws.oneOf([0, 9, 10, 99, 100, 2 ** 31, 2 ** 53 - 1, draws.below(2 ** 31)]),
          timestampMs: timeOf(),
          value: valueOf(),
          label: draws.chance(0.3)
            ? draws.oneOf([...names, "\u001f".repeat(100), "🌡".repeat(50)])
            : undefined,
        };
        const { seq, value, label } = observed;
        const timestamp = new Date(observed.timestampMs).toISOString();
        expect(encode(observed)).toBe(
          JSON.stringify({
            device,
            sensor: sensor.name,
            boot,
            seq,
            timestamp,
            value,
            label,
            unit: sensor.unit,
            ...tags,
          }),
        );
      }
    }
  });

  it.each([64, 150, 200, 1_000, 65_536])("is padded to exactly %d bytes, or not at all", (messageBytes) => {
    for (let length = 1; length <= 60; length++) {
      const sensor = { name: "ä".repeat(length) };
      const bare = encoderOf(sensor)(plain);
      const padded = encoderOf(sensor, { messageBytes })(plain);
      const bareBytes = Buffer.byteLength(bare);
      if (bareBytes + ',"padding":""'.length >= messageBytes) {
        expect(padded).toBe(bare);
        continue;
      }
      expect(Buffer.byteLength(padded)).toBe(messageBytes);
      const { padding, ...rest } = JSON.parse(padded) as Observation;
      expect(rest).toEqual(JSON.parse(bare));
      expect(padding).toMatch(/^\.+$/);
    }
  });

  it("fits into its bytes when everything is as long as allowed", () => {
    const longest = "\u0001".repeat(249);
    const sensor = { name: longest, unit: "\u0001".repeat(30) };
    const encode = encoderOf(sensor, { tags: { t: longest } }, longest);
    const text = encode({
      seq: 2 ** 53 - 1,
      timestampMs: boot,
      value: -1.234567890123456e-300,
      label: "\u0001".repeat(100),
    });
    expect(JSON.parse(text)).toMatchObject({
      device: longest,
      sensor: longest,
      seq: 2 ** 53 - 1,
      t: longest,
    });
  });

  it("has no field whose name a tag may have", () => {
    const encode = encoderOf({ name: "sensor_1", unit: "V" }, { messageBytes: 300 });
    const fields = Object.keys(JSON.parse(encode({ ...plain, label: "on" })) as object);
    expect(fields.toSorted()).toEqual([...observationFields].toSorted());
  });
});
