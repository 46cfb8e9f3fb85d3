import { describe, expect, it } from "vitest";
import { coloursFor } from "../shared/colours";
import { jsonLines, prettyLines } from "./lines";
import { uniform } from "./models/uniform";
import { type Observed, Sensor } from "./sensor";

const device = { name: "device-1", boot: 0, sharesTopic: true };
const at = Date.UTC(2026, 10, 23, 0, 0, 1);

function observedBy(name: string, seq: number, value: number, label?: string): Observed {
  const sensor = new Sensor(
    device,
    { name, interval: 1000, jitter: 0, model: { type: "uniform", min: 0, max: 1 }, faults: [] },
    uniform(),
    () => {},
  );
  return { sensor, seq, timestampMs: at, value, label };
}

describe("what a device prints", () => {
  const both = [observedBy("sensor_1", 7, 0.123456789), observedBy("t", 12_345, -21.5, "open")];

  it("is aligned for people", () => {
    const lines = prettyLines(["sensor_1", "t"], coloursFor(false))(both, {
      partition: 2,
      baseOffset: 1041n,
    });
    expect(lines).toBe(
      "00:00:01.000  sensor_1       #7      0.123457  partition 2 offset 1041\n" +
        "00:00:01.000  t          #12345    -21.500000  open  partition 2 offset 1042\n",
    );
  });

  it("is an object a line for machines", () => {
    const [first = "", second = ""] = jsonLines("device-1")(both, { partition: 0, baseOffset: undefined })
      .trim()
      .split("\n");
    expect(JSON.parse(first)).toMatchObject({ device: "device-1", sensor: "sensor_1", seq: 7, partition: 0 });
    expect(JSON.parse(second)).toMatchObject({ label: "open", timestamp: "2026-11-23T00:00:01.000Z" });
  });

  it("names the device in the key of a shared topic", () => {
    expect(both[0]?.sensor.key).toBe("device-1/sensor_1");
  });
});

describe("the uniform model", () => {
  it("reads values in [0, 1), evenly", () => {
    const model = uniform();
    const values = Array.from({ length: 10_000 }, () => model.read(at).value);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean).toBeGreaterThan(0.45);
    expect(mean).toBeLessThan(0.55);
  });
});
