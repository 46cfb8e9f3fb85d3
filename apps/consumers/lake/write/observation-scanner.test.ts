import { describe, expect, it } from "vitest";
import { parseObservation } from "../../../../contract/messages/observation";
import { brokenBytes, oddTexts } from "../../../../contract/testing/odd-texts";
import { ObservationScanner } from "./observation-scanner";

/** What the scanner reads, in the shape that the ordinary way gives; nothing where it leaves the message to that. */
function scanned(scanner: ObservationScanner, json: string | Buffer, before = "", after = "") {
  const bytes = Buffer.from(json);
  const source = Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);
  const start = Buffer.byteLength(before);
  if (!scanner.scan(source, start, start + bytes.length)) return undefined;
  const { device, sensor, boot, seq, time, value, label } = scanner;
  return { device, sensor, boot, seq, time, value, label };
}

function parsed(json: string | Buffer) {
  const result = parseObservation(Buffer.from(json), 0);
  if (result.kind === "malformed") return undefined;
  const { device, sensor, boot, seq, timestamp, value, label = null } = result.observation;
  return { device, sensor, boot, seq, time: Date.parse(timestamp), value, label };
}

const usual =
  '{"device":"device-1","sensor":"sensor_1","boot":1795392000000,"seq":42,"timestamp":"2026-11-23T00:00:01.000Z","value":0.123}';
const withField = (name: string, json: string) =>
  usual.replace(new RegExp(`"${name}":("[^"]*"|[^,}]*)`), `"${name}":${json}`);

/** What the scanner is made for: it must not leave these to the ordinary way. */
const quick = [
  usual,
  usual.replace("}", ',"label":"on"}'),
  usual.replace("}", ',"site":"roof","floor":-3.5e2}'),
  usual.replace("}", ',"unit":"°C","padding":"xxxx","indoors":true,"wet":false,"room":null}'),
  usual.replace("{", '{"padding":"","a":true , "b":\nfalse,'),
  usual.replaceAll(",", ", ").replaceAll('":', '": '),
  ` \n${usual}\t `,
  JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(usual) as object).reverse())),
  withField("value", "-0"),
  withField("value", "17"),
  withField("value", "0.30000000000000004"),
  withField("value", "1e-7"),
  withField("value", "-1.7976931348623157E+308"),
  withField("value", "5e-324"),
  withField("value", "123456789012345"),
  withField("value", "9007199254740993"),
  withField("value", "0.000000000000001"),
  withField("value", "12345678.9012345"),
  withField("device", '"Wärmepumpe 汉字 😀"'),
  withField("timestamp", '"2024-02-29T23:59:59.999Z"'),
  withField("timestamp", '"1969-12-31T23:59:59.999Z"'),
  usual.replace("}", ',"seq":43}'),
];

/** What is left to the ordinary way, or wrong. */
const unusual = [
  "",
  "{}",
  "[]",
  "null",
  "1",
  usual.slice(0, -1),
  `${usual}x`,
  `${usual}${usual}`,
  usual.replace("}", ",}"),
  usual.replace("{", "{,"),
  usual.replace(",", ",,"),
  usual.replace(":", "::"),
  usual.replace('"device"', "device"),
  usual.replace("}", ',"tags":{"site":"roof"}}'),
  usual.replace("}", ',"ok":True}'),
  usual.replace("}", ',"ok":trux}'),
  usual.replace("}", ',"ok":truee}'),
  usual.replace("}", ',"ok":nul'),
  usual.replace("}", ',"ok":'),
  usual.replace("}", ',"unit":1}'),
  usual.replace("}", ',"unit":null}'),
  usual.replace("}", ',"padding":true}'),
  usual.replace("}", ',"value":true}'),
  usual.replace("}", ',"label":null}'),
  usual.replace("}", ',"device":""}'),
  usual.replace("}", ',"seq":"1"}'),
  withField("device", '""'),
  withField("device", '"a\\u0062"'),
  withField("device", '"a\u0001"'),
  withField("device", "1"),
  withField("boot", "-1"),
  withField("boot", "1.0"),
  withField("boot", "1e3"),
  withField("boot", "9007199254740993"),
  withField("seq", "01"),
  withField("seq", "1.5"),
  withField("value", "01"),
  withField("value", "1."),
  withField("value", ".5"),
  withField("value", "-"),
  withField("value", "+1"),
  withField("value", "1e"),
  withField("value", "1e999"),
  withField("value", "NaN"),
  withField("value", '"1"'),
  withField("timestamp", '"2026-02-29T00:00:00.000Z"'),
  withField("timestamp", '"2026-11-23T24:00:00.000Z"'),
  withField("timestamp", '"2026-11-23T00:00:60.000Z"'),
  withField("timestamp", '"2026-11-23T00:00:0:.000Z"'),
  withField("timestamp", '"2026-11-23T00:00:01.000+"'),
  withField("timestamp", '"2026-11-23T00:00:01,000Z"'),
  withField("timestamp", '"2026-11-23T00:00:01.00Z"'),
];

describe("the scanner reads like parseObservation", () => {
  it.each(quick)("%s", (json) => {
    expect(scanned(new ObservationScanner(), json)).toStrictEqual(parsed(json));
    expect(parsed(json)).toBeDefined();
  });

  it.each(unusual)("or leaves it: %s", (json) => {
    expect(scanned(new ObservationScanner(), json) ?? parsed(json)).toStrictEqual(parsed(json));
  });

  it("whatever was read before, and whatever surrounds the message", () => {
    const scanner = new ObservationScanner();
    for (const json of [...quick, ...unusual, ...quick]) {
      for (const [before, after] of [
        ["", ""],
        ["1", "2"],
        ['"', '"}'],
        ["{", ',"value":7}'],
      ]) {
        const result = scanned(scanner, json, before, after);
        if (result !== undefined) expect(result).toStrictEqual(parsed(json));
      }
    }
  });

  it("also if bytes were changed, removed or inserted", () => {
    const scanner = new ObservationScanner();
    const random = generator(20261123);
    const pieces = [...'{}[],:"\\ .-+eE0123456789aZ'.split(""), "\u0000", "ü", "\xff"].map((piece) =>
      Buffer.from(piece, "latin1"),
    );
    let taken = 0;
    for (let round = 0; round < 60_000; round++) {
      const original = Buffer.from(quick[random(quick.length)]!);
      const at = random(original.length);
      const piece = random(3) === 0 ? Buffer.alloc(0) : pieces[random(pieces.length)]!;
      const changed = Buffer.concat([original.subarray(0, at), piece, original.subarray(at + random(3))]);
      const result = scanned(scanner, changed);
      if (result === undefined) continue;
      taken++;
      expect(result, changed.toString()).toStrictEqual(parsed(changed));
    }
    expect(taken).toBeGreaterThan(1000);
  });

  it("byte by byte if something is not UTF-8, at any place", () => {
    const scanner = new ObservationScanner();
    const base = usual.replace("}", ',"label":"on","unit":"°C","site":"roof"}');
    const places = Array.from({ length: base.length }, (_, place) => place);
    const texts = oddTexts.map((text) => Buffer.from(text));
    for (const bytes of [...brokenBytes.values(), ...texts])
      // Long texts go another way than short ones, and so does what was read before.
      for (const longer of ["", "x".repeat(70), ""])
        for (const at of places) {
          const json = Buffer.concat([
            Buffer.from(base.slice(0, at)),
            bytes,
            Buffer.from(base.slice(at).replace("roof", `roof${longer}`)),
          ]);
          const result = scanned(scanner, json);
          const reference = parsed(json);
          if (!texts.some((text) => text === bytes))
            expect([result, reference], json.toString()).toEqual([undefined, undefined]);
          else if (result !== undefined) expect(result, json.toString()).toStrictEqual(reference);
        }
  });

  it("names of any bytes: two different names never become equal", () => {
    const scanner = new ObservationScanner();
    const random = generator(11);
    const bytesOf = new Map<string, string>();
    const parts = [...brokenBytes.values(), ...oddTexts.map((text) => Buffer.from(text)), Buffer.from("a")];
    let taken = 0;
    for (let round = 0; round < 20_000; round++) {
      const name = Buffer.concat(Array.from({ length: 1 + random(4) }, () => parts[random(parts.length)]!));
      const json = Buffer.concat([
        Buffer.from('{"device":"'),
        name,
        Buffer.from(`",${usual.slice(usual.indexOf('"sensor"'))}`),
      ]);
      const result = scanned(scanner, json);
      expect(result).toStrictEqual(parsed(json));
      if (result === undefined) continue;
      taken++;
      const bytes = name.toString("latin1");
      expect(bytesOf.get(result.device) ?? bytes).toBe(bytes);
      bytesOf.set(result.device, bytes);
    }
    expect(taken).toBeGreaterThan(1000);
  });

  it("to the last bit of every double", () => {
    const scanner = new ObservationScanner();
    const random = generator(7);
    const bits = new DataView(new ArrayBuffer(8));
    for (let round = 0; round < 20_000; round++) {
      bits.setUint32(0, random(2 ** 32));
      bits.setUint32(4, random(2 ** 32));
      const double = bits.getFloat64(0);
      const short = Number(double.toPrecision(1 + random(17)));
      for (const value of [double, short, random(1e9) / 10 ** random(12)].filter(Number.isFinite)) {
        expect(scanned(scanner, withField("value", String(value)))?.value).toBe(value);
      }
    }
  });
});

/** Whole numbers below a bound, the same ones each time (xorshift32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
