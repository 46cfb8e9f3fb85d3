import { describe, expect, it } from "vitest";
import { parseObservation } from "./observation";
import { brokenBytes, oddTexts } from "../testing/odd-texts";

const usual = {
  device: "device-1",
  sensor: "sensor_1",
  boot: 1_795_392_000_000,
  seq: 42,
  timestamp: "2026-11-23T00:00:01.000Z",
  value: 0.125,
};
const kafkaTimeMs = Date.parse(usual.timestamp);

/** The reason why it is no observation; undefined if it is one. */
function problemOf(value: object | string | Buffer, timeMs = kafkaTimeMs): string | undefined {
  const bytes = Buffer.isBuffer(value)
    ? value
    : Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
  const parsed = parseObservation(bytes, timeMs);
  return parsed.kind === "malformed" ? parsed.reason : undefined;
}

/** The usual observation with these bytes at the end of a text. */
function withBytes(text: string, bytes: Buffer): Buffer {
  const json = Buffer.from(JSON.stringify({ ...usual, label: "on", unit: "°C", site: "roof" }));
  const at = json.indexOf(text) + Buffer.byteLength(text);
  return Buffer.concat([json.subarray(0, at), bytes, json.subarray(at)]);
}

describe("an observation", () => {
  it("is accepted with and without its optional fields, and with unknown fields", () => {
    expect(problemOf(usual)).toBeUndefined();
    expect(
      problemOf({ ...usual, label: "on", unit: "°C", padding: "xx", site: { floor: 1 } }),
    ).toBeUndefined();
  });

  describe.each([...brokenBytes])("is refused if it has %s", (_, bytes) => {
    it.each(["device-1", "sensor_1", "on", "°C", "site", "roof", "devi", '"value":0.125}'])(
      "after %s",
      (text) => {
        expect(problemOf(withBytes(text, bytes))).toBe("it is not UTF-8");
      },
    );
  });

  it.each(oddTexts)("can have %j in a name", (text) => {
    expect(parseObservation(withBytes("device-1", Buffer.from(text)), kafkaTimeMs)).toMatchObject({
      observation: { device: `device-1${text}` },
    });
  });

  it("is refused with a byte order mark before it", () => {
    expect(problemOf(`\uFEFF${JSON.stringify(usual)}`)).toBe("it is not JSON");
  });

  it.each(["device", "sensor", "label", "unit"])(
    "is not what escapes half of a surrogate pair in its %s",
    (field) => {
      for (const half of ["\\ud800", "\\uDFFF", "x\\udc00\\ud800", "\\ud83dx"]) {
        const json = JSON.stringify({ ...usual, [field]: "HALF" }).replace("HALF", half);
        expect(problemOf(json)).toBe(`${field}: it has half of a surrogate pair, which is no character`);
      }
    },
  );

  it("can escape a whole surrogate pair, and anything in unknown fields", () => {
    const json = JSON.stringify({ ...usual, device: "PAIR", site: "HALF", padding: "HALF" });
    const escaped = json.replace("PAIR", "\\ud83d\\ude00").replaceAll("HALF", "\\ud800");
    expect(parseObservation(Buffer.from(escaped), kafkaTimeMs)).toMatchObject({
      observation: { device: "😀" },
    });
  });

  it.each([
    "2026-11-23T00:00:01Z",
    "2026-11-23T00:00:01.123456Z",
    "2026-11-23T01:00:01.000+01:00",
    "2026-11-23T00:00Z",
    "2026-02-30T00:00:01.000Z",
    "",
  ])("reports the form of a timestamp if it has %j", (timestamp) => {
    expect(problemOf({ ...usual, timestamp })).toBe(
      "timestamp: it is not UTC to the millisecond, such as 2026-11-23T00:00:01.000Z",
    );
  });

  it("must have times of the years that the table can hold, its own and Kafka's", () => {
    for (const timestamp of ["1900-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"])
      expect(problemOf({ ...usual, timestamp }, Date.parse(timestamp))).toBeUndefined();
    for (const timestamp of ["1899-12-31T23:59:59.999Z", "0000-01-01T00:00:00.000Z"])
      expect(problemOf({ ...usual, timestamp })).toBe(
        `timestamp: ${timestamp} is not a time of the years 1900 to 9999`,
      );
    for (const timeMs of [Date.parse("1900-01-01") - 1, Date.parse("9999-12-31T23:59:59.999Z") + 1, NaN])
      expect(problemOf(usual, timeMs)).toBe(
        `Kafka's timestamp ${timeMs} is not a time of the years 1900 to 9999`,
      );
  });

  it("can have at most one mebibyte", () => {
    const room = 1_048_576 - JSON.stringify({ ...usual, padding: "" }).length;
    expect(problemOf({ ...usual, padding: "x".repeat(room) })).toBeUndefined();
    expect(problemOf({ ...usual, padding: "x".repeat(room + 1) })).toBe(
      "it is 1048577 bytes long, and an observation at most 1048576",
    );
  });
});
