import { describe, expect, it } from "vitest";
import { coloursFor } from "../../shared/colours";
import { oddNames } from "../../shared/testing/odd-names";
import { jsonLine, prettyLines, type Received, showLatency } from "./lines";
import { Positions } from "./offset-committer";

function received(fields: Partial<Received["observation"]> = {}, latencyMs = 12): Received {
  const observation = {
    device: "device-1",
    sensor: "sensor_1",
    boot: 1,
    seq: 42,
    timestamp: "2026-11-23T00:00:01.000Z",
    value: 0.123456789,
    ...fields,
  };
  return { observation, topic: "device-1", partition: 0, offset: "7", latencyMs };
}

describe("a line of the console", () => {
  it("is aligned, in columns that grow with their content", () => {
    const line = prettyLines(coloursFor(false));
    expect([
      line(received()),
      line(received({ device: "device-10", sensor: "t", value: -21.5, label: "open" }, 61_000)),
      line(received()),
    ]).toEqual([
      "00:00:01.000  device-1  sensor_1      0.123457      12 ms\n",
      "00:00:01.000  device-10  t           -21.500000    1.0 min  open\n",
      "00:00:01.000  device-1   sensor_1      0.123457      12 ms\n",
    ]);
  });

  it("shows units beside values, in a column that appears with the first unit", () => {
    const line = prettyLines(coloursFor(false));
    expect([
      line(received()),
      line(received({ value: 21.5, unit: "°C" })),
      line(received({ value: 3, unit: "kWh", label: "high", padding: "xxxx" })),
      line(received()),
    ]).toEqual([
      "00:00:01.000  device-1  sensor_1      0.123457      12 ms\n",
      "00:00:01.000  device-1  sensor_1     21.500000 °C      12 ms\n",
      "00:00:01.000  device-1  sensor_1      3.000000 kWh      12 ms  high\n",
      "00:00:01.000  device-1  sensor_1      0.123457          12 ms\n",
    ]);
  });

  it("escapes control characters", () => {
    const text = prettyLines(coloursFor(false))(
      received({ device: "a\u001b]0;x\u0007", sensor: "b\nc", label: "\r", unit: "\u001b" }),
    );
    expect(text).toContain("a\\u001b]0;x\\u0007");
    expect(text).toContain("b\\nc");
    // eslint-disable-next-line no-control-regex
    expect(text.slice(0, -1)).not.toMatch(/[\u0000-\u001f]/);
  });

  it("keeps odd names in one line for people, and whole for machines", () => {
    for (const name of oddNames) {
      const message = received({ device: name, sensor: name, label: name, unit: name });
      const pretty = prettyLines(coloursFor(false), [name])(message);
      expect(pretty.endsWith("\n")).toBe(true);
      // eslint-disable-next-line no-control-regex
      expect(pretty.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\ufeff]/);
      expect(pretty.length).toBeLessThan(700);
      const json = jsonLine(message);
      expect(json.split("\n")).toHaveLength(2);
      expect(JSON.parse(json)).toMatchObject({ device: name, sensor: name, label: name, unit: name });
    }
  });

  it.each([
    [12, "\u001b[32m"],
    [700, "\u001b[33m"],
    [6000, "\u001b[31m"],
  ])("colours a latency of %d ms", (latencyMs, colour) => {
    expect(prettyLines(coloursFor(true))(received({}, latencyMs))).toContain(colour);
  });

  it("shows a device always in the same colour", () => {
    // eslint-disable-next-line no-control-regex
    const colourIn = (text: string) => /\u001b\[(\d+)mdevice-7/.exec(text)?.[1];
    const first = colourIn(prettyLines(coloursFor(true))(received({ device: "device-7" })));
    const later = prettyLines(coloursFor(true));
    later(received({ device: "device-1" }));
    expect(first).toBeDefined();
    expect(colourIn(later(received({ device: "device-7" })))).toBe(first);
  });

  it("is an object for machines, with tags and without padding", () => {
    expect(JSON.parse(jsonLine(received({ unit: "C", padding: "xxxx", indoors: true })))).toEqual({
      device: "device-1",
      sensor: "sensor_1",
      boot: 1,
      seq: 42,
      timestamp: "2026-11-23T00:00:01.000Z",
      value: 0.123456789,
      unit: "C",
      indoors: true,
      topic: "device-1",
      partition: 0,
      offset: "7",
      latencyMs: 12,
    });
  });

  it("shows latencies in nine characters", () => {
    expect([-3, 0, 999, 1000, 59_949, 60_000, 7_200_000].map(showLatency)).toEqual([
      "-3 ms",
      "0 ms",
      "999 ms",
      "1.0 s",
      "59.9 s",
      "1.0 min",
      "2.0 h",
    ]);
  });
});

describe("positions", () => {
  it("are the offsets after the last printed ones, and are taken once", () => {
    const positions = new Positions();
    positions.printed("a", 0, "9");
    positions.printed("a", 0, "10");
    positions.printed("a", 1, "9007199254740993");
    expect(positions.take()).toEqual([
      { topic: "a", partition: 0, offset: "11" },
      { topic: "a", partition: 1, offset: "9007199254740994" },
    ]);
    expect(positions.isEmpty).toBe(true);
  });
});
