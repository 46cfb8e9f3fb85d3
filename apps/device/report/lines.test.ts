import { describe, expect, it } from "vitest";
import { coloursFor } from "../../shared/colours";
import { faultBits } from "../simulate/faults/sensor-faults";
import { jsonLines, prettyLines } from "./lines";
import type { BatchRow } from "../send/batch-writer";

const timestampMs = Date.UTC(2026, 10, 23, 0, 0, 1);
const sensors = [{ name: "sensor_1", unit: "°C" }, { name: "t" }];
const rows: BatchRow[] = [
  { sensor: 0, seq: 7, timestampMs, value: 0.123456789, label: undefined, kinds: 0 },
  {
    sensor: 1,
    seq: 12_345,
    timestampMs,
    value: -21.5,
    label: "open",
    kinds: faultBits.spike | faultBits.duplicate,
  },
];

describe("the lines of a device", () => {
  it("are aligned for people, and show faults", () => {
    const lines = prettyLines(
      sensors,
      coloursFor(false),
    )({ count: 2, rows, partition: 2, baseOffset: 1041n });
    expect(lines).toBe(
      "00:00:01.000  sensor_1       #7      0.123457 °C  partition 2 offset 1041\n" +
        "00:00:01.000  t          #12345    -21.500000  open  spike, duplicate  partition 2 offset 1042\n",
    );
  });

  it("show no offset for a batch that the partition had already", () => {
    const lines = prettyLines(
      sensors,
      coloursFor(false),
    )({ count: 2, rows, partition: 0, baseOffset: undefined });
    expect(lines.match(/partition 0 offset \?\n/g)).toHaveLength(2);
  });

  it("are one object a line for machines", () => {
    const lines = jsonLines("device-1", sensors)({ count: 2, rows, partition: 0, baseOffset: 8n });
    const [first, second] = lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    const common = { level: "info", app: "device", message: "observation acknowledged", device: "device-1" };
    const timestamp = "2026-11-23T00:00:01.000Z";
    const time: unknown = expect.any(String);
    expect(first).toEqual({
      ...common,
      time,
      timestamp,
      sensor: "sensor_1",
      seq: 7,
      value: 0.123456789,
      unit: "°C",
      partition: 0,
      offset: 8,
    });
    expect(second).toEqual({
      ...common,
      time,
      timestamp,
      sensor: "t",
      seq: 12_345,
      value: -21.5,
      label: "open",
      faults: ["spike", "duplicate"],
      partition: 0,
      offset: 9,
    });
  });

  it("escape control characters", () => {
    const lines = prettyLines([{ name: "a\u001b[2J" }], coloursFor(false));
    const row: BatchRow = { sensor: 0, seq: 0, timestampMs, value: 1, label: "\n", kinds: 0 };
    const printed = lines({ count: 1, rows: [row], partition: 0, baseOffset: 0n });
    expect(printed).toContain("a\\u001b[2J");
    expect(printed.match(/\n/g)).toHaveLength(1);
  });
});
