import { describe, expect, it } from "vitest";
import { partitionOfKey } from "../../shared/kafka";
import { ObservationEncoder } from "./encoding";
import { faultBits } from "../simulate/faults/sensor-faults";
import type { Fleet } from "../simulate/fleet";
import type { Mark } from "../simulate/observation";
import { ObservationRing } from "./observation-ring";
import { BatchWriter, PartitionsOfSensors } from "./batch-writer";
import { fleetOf } from "../testing/streams";
import { recordsOf } from "../testing/sent-records";
import { parseObservation } from "../../../contract/messages/observation";
import { maxBatchBytes } from "../../../contract/environment/device";

const boot = 1_795_392_000_000;

function setUp(fleet: Fleet, { partitionCount = 1, messageBytes = 0, keepsRows = false } = {}) {
  const ring = new ObservationRing(1_000_000, "newest");
  const encoder = new ObservationEncoder(fleet.devices, fleet.sensors, { boot, tags: {}, messageBytes });
  const writer = new BatchWriter(fleet, encoder, keepsRows);
  const partitions = new PartitionsOfSensors(fleet.keys);
  partitions.update(partitionCount);
  const push = (sensor: number, seq: number, mark?: string | Partial<Mark>) =>
    ring.push(
      sensor,
      seq,
      boot + seq,
      0.5,
      typeof mark === "object"
        ? { label: undefined, kinds: 0, observedAtMs: boot + seq, lost: undefined, held: undefined, ...mark }
        : mark,
    );
  const fill = (most = Infinity) => writer.fill(ring, partitions, most, boot);
  const sent = () => [...writer.filled.values()].flatMap(recordsOf);
  return { ring, writer, partitions, push, fill, sent };
}

describe("a batch writer", () => {
  it("writes the keys and values of the contract for each device", () => {
    const fleet = fleetOf({
      devices: ["meter-7", "meter-8"],
      sensors: ["power", "voltage"],
      sharesTopic: true,
    });
    const { push, fill, sent } = setUp(fleet);
    for (let sensor = 0; sensor < 4; sensor++) push(sensor, 5, sensor === 3 ? "high" : undefined);
    expect(fill()).toBe(4);
    expect(sent().map(({ key }) => key)).toEqual([
      "meter-7/power",
      "meter-7/voltage",
      "meter-8/power",
      "meter-8/voltage",
    ]);
    expect(JSON.parse(sent()[3]?.value ?? "")).toEqual({
      device: "meter-8",
      sensor: "voltage",
      boot,
      seq: 5,
      timestamp: "2026-11-23T00:00:00.005Z",
      value: 0.5,
      label: "high",
    });
  });

  it("puts messages into the partitions of their keys, those of a sensor in order", () => {
    const fleet = fleetOf({ sensors: Array.from({ length: 20 }, (_, index) => `sensor_${index}`) });
    const { push, fill, writer } = setUp(fleet, { partitionCount: 3 });
    for (let seq = 0; seq < 50; seq++) for (let sensor = 0; sensor < 20; sensor++) push(sensor, seq);
    expect(fill()).toBe(1_000);
    expect([...writer.filled.keys()].toSorted()).toEqual([0, 1, 2]);
    const seqs = new Map<string, number[]>();
    for (const [partition, batch] of writer.filled) {
      for (const { key, value } of recordsOf(batch)) {
        expect(partitionOfKey(Buffer.from(key), 3)).toBe(partition);
        seqs.set(key, [...(seqs.get(key) ?? []), (JSON.parse(value) as { seq: number }).seq]);
      }
    }
    expect(seqs.size).toBe(20);
    for (const each of seqs.values()) expect(each).toEqual(Array.from({ length: 50 }, (_, seq) => seq));
  });

  it("chooses partitions anew once the topic has more", () => {
    const fleet = fleetOf({ sensors: Array.from({ length: 20 }, (_, index) => `sensor_${index}`) });
    const { partitions } = setUp(fleet, { partitionCount: 2 });
    for (const count of [2, 7, 7, 3]) {
      partitions.update(count);
      for (const [sensor, key] of fleet.keys.entries())
        expect(partitions.of(sensor)).toBe(partitionOfKey(key, count));
    }
  });

  it("takes as many observations as it may, and leaves the rest in the ring", () => {
    const { push, fill, ring, writer, sent } = setUp(fleetOf());
    for (let seq = 0; seq < 10; seq++) push(0, seq);
    expect([fill(0), fill(4), fill(3)]).toEqual([0, 4, 3]);
    expect([ring.size, writer.count, sent().length]).toEqual([3, 7, 7]);
    writer.clear();
    expect([writer.count, writer.filled.size]).toEqual([0, 0]);
    expect([fill(), writer.count, ring.size]).toEqual([3, 3, 0]);
    expect(sent().map(({ value }) => (JSON.parse(value) as { seq: number }).seq)).toEqual([7, 8, 9]);
  });

  it("limits the bytes of a batch, and those of all batches of a send", () => {
    const one = setUp(fleetOf(), { messageBytes: 65_536 });
    for (let seq = 0; seq < 20; seq++) one.push(0, seq);
    expect(one.fill()).toBe(7);
    for (const batch of one.writer.filled.values()) expect(batch.bytes).toBeLessThanOrEqual(maxBatchBytes);
    expect([one.ring.size, one.fill()]).toEqual([13, 0]);
    const fleet = fleetOf({ sensors: Array.from({ length: 64 }, (_, index) => `sensor_${index}`) });
    const many = setUp(fleet, { messageBytes: 65_536, partitionCount: 64 });
    for (let seq = 0; seq < 10; seq++) for (let sensor = 0; sensor < 64; sensor++) many.push(sensor, seq);
    expect(many.fill()).toBe(32);
  });

  it("declares faults in headers only", () => {
    const { push, fill, sent } = setUp(fleetOf());
    push(0, 1);
    push(0, 2, { kinds: faultBits.late | faultBits["clock-skew"], observedAtMs: boot - 9 });
    push(0, 3, { lost: { missing: 2, offline: 1 } });
    fill();
    const label = { device: "device-1", sensor: "sensor_1", boot, seq: 2 };
    expect(sent().map(({ headers }) => headers)).toEqual([
      {},
      { fault: { kinds: ["late", "clock-skew"], ...label, observedAt: "2026-11-22T23:59:59.991Z" } },
      { lost: { missing: 2, offline: 1 } },
    ]);
    expect(Object.keys(JSON.parse(sent()[1]?.value ?? "") as object)).toEqual(
      Object.keys(JSON.parse(sent()[0]?.value ?? "") as object),
    );
  });

  it("cuts corrupt messages so that they are no JSON, and names them in the header", () => {
    const { push, fill, sent } = setUp(fleetOf({ sensors: [{ name: "größe", unit: "°C" }] }));
    for (let seq = 0; seq < 3_000; seq++)
      push(0, seq, { kinds: faultBits.corrupt, observedAtMs: boot + seq * 10 });
    fill();
    const lengths = new Set<number>();
    for (const [seq, { value, headers }] of sent().entries()) {
      expect(parseObservation(Buffer.from(value), 0)).toEqual({
        kind: "malformed",
        reason: "it is not JSON",
      });
      expect(headers).toMatchObject({ fault: { kinds: ["corrupt"], seq, sensor: "größe" } });
      lengths.add(value.length);
    }
    expect(lengths.size).toBeGreaterThan(100);
    expect(lengths.has(0)).toBe(false);
  });

  it("keeps rows to be printed, in the order of their offsets", () => {
    const { push, fill, writer } = setUp(fleetOf(), { keepsRows: true });
    push(0, 1, "on");
    push(0, 2, { kinds: faultBits.late, label: "off" });
    fill();
    expect(writer.rowsOf(0)).toEqual([
      { sensor: 0, seq: 1, timestampMs: boot + 1, value: 0.5, label: "on", kinds: 0 },
      { sensor: 0, seq: 2, timestampMs: boot + 2, value: 0.5, label: "off", kinds: faultBits.late },
    ]);
    writer.clear();
    expect(writer.rowsOf(0)).toEqual([]);
  });
});
