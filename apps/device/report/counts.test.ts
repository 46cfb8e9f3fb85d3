import { describe, expect, it } from "vitest";
import type { KeptWhenFull } from "../../../contract/environment/device";
import { Lateness } from "./lateness";
import { DevicesOfMessages, Tally } from "./counts";
import { deliveryOf, settled } from "../testing/deliveries";
import { fleetOf, midnightMs, stepUntil } from "../testing/streams";
import { Draws } from "../testing/random-streams";

describe("the report of a device", () => {
  it("adds up at any time: each observation is acknowledged, dropped, waiting, or lost as declared", async () => {
    const fleet = fleetOf({
      devices: ["meter-1", "meter-2", "meter-3"],
      sensors: [
        { name: "power", faults: [{ type: "duplicate", probability: 0.2 }] },
        {
          name: "voltage",
          faults: [
            { type: "missing", probability: 0.1 },
            { type: "late", by: 4_000, probability: 0.2 },
          ],
        },
      ],
      faults: [{ type: "offline", meanwhile: "lose", probability: 0.1, for: 5_000 }],
      sharesTopic: true,
    });
    const { run, delivery, publisher, ring, tally, sink, report } = deliveryOf({
      fleet,
      limit: 30,
      partitionCount: 3,
    });
    const draws = new Draws("report");
    const streams = fleet.makeStreams(sink);
    for (const stream of streams) stream.startAt(midnightMs);
    const adds = () => {
      const { observed, declaredDuplicates, declaredLost, acknowledged, sent, dropped } = report();
      expect(observed + declaredDuplicates - declaredLost).toBe(acknowledged + dropped + delivery.waiting);
      expect(sent).toBeGreaterThanOrEqual(acknowledged);
      expect(sent - acknowledged).toBeLessThanOrEqual(delivery.waiting);
    };
    const done = run(new AbortController().signal);
    for (let second = 0; second < 400; second++) {
      for (const stream of streams) stepUntil(stream, midnightMs + second * 1_000);
      adds();
      await settled();
      if (draws.chance(0.3)) publisher.last.acknowledge(draws.below(3));
      adds();
      if (draws.chance(0.3)) publisher.last.finish();
      await settled();
      adds();
    }
    for (const stream of streams) stream.flush(midnightMs + 400_000);
    delivery.drain();
    while (delivery.waiting > 0) {
      publisher.last.finish();
      await settled();
    }
    await done;
    adds();
    const { sent, acknowledged, dropped, faults, declaredLost, declaredDuplicates } = report();
    expect([sent, acknowledged]).toEqual([
      tally.observed - declaredLost + declaredDuplicates - dropped,
      sent,
    ]);
    expect(dropped).toBe(ring.dropped);
    expect(dropped).toBeGreaterThan(50);
    const count = (kind: "missing" | "offline" | "duplicate") =>
      Object.values(faults[kind] ?? {}).reduce((sum, each) => sum + each, 0);
    expect(declaredLost).toBe(count("missing") + count("offline"));
    expect(declaredDuplicates).toBe(count("duplicate"));
    expect(Object.keys(faults.late ?? {})).toEqual(["voltage"]);
    expect(report().observed).toBe(6 * 401);
  });

  it("names the device, and has no entries for what never happened", () => {
    const fleet = fleetOf({ devices: ["a-4", "a-5"], sensors: ["x", "y", "z"] });
    const report = new Tally(fleet).report(
      "a-4-to-5",
      { sent: 0, acknowledged: 0, waiting: 3 },
      0,
      new Lateness(),
    );
    expect(report).toEqual({
      device: "a-4-to-5",
      boot: fleet.boot,
      devices: 2,
      sensors: 6,
      observed: 0,
      sent: 0,
      acknowledged: 0,
      dropped: 0,
      waiting: 3,
      skipped: 0,
      faults: {},
      declaredLost: 0,
      declaredDuplicates: 0,
      tickLatenessMs: { p50: null, p99: null, max: null },
    });
  });
});

const devices = ["meter-1", "meter-2", "meter-3"];
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

describe("counts by device", () => {
  it.each<KeptWhenFull>(["newest", "oldest"])(
    "are exact, and add up whenever they are read, while batches are acknowledged one by one (%s)",
    async (keeps) => {
      const fleet = fleetOf({ devices, sensors: ["power", "voltage"], sharesTopic: true });
      const { run, delivery, publisher, counts, sink, acknowledged } = deliveryOf({
        fleet,
        keeps,
        limit: 25,
        partitionCount: 3,
      });
      const adds = () => {
        const { produced, acknowledged, dropped } = counts.report;
        expect(sum(produced)).toBe(sum(acknowledged) + sum(dropped) + delivery.waiting);
      };
      const draws = new Draws(`counts ${keeps}`);
      /** The device of each message, by its sequence number, which is unique here. */
      const deviceOfSeq: number[] = [];
      const mark = { label: undefined, kinds: 1, observedAtMs: 0, lost: undefined, held: undefined };
      const done = run(new AbortController().signal);
      for (let round = 0; round < 300; round++) {
        for (let made = draws.below(12); made > 0; made--) {
          const sensor = draws.below(6);
          const seq = deviceOfSeq.push(fleet.deviceOf(sensor)) - 1;
          if (draws.chance(0.2)) sink.pushDuplicate(sensor, seq, 0, 1, mark);
          else sink.push(sensor, seq, 0, 1, undefined);
          adds();
        }
        await settled();
        if (draws.chance(0.5)) publisher.last.acknowledge(draws.below(3));
        adds();
        if (draws.chance(0.3)) publisher.last.finish();
        adds();
        await settled();
        adds();
      }
      delivery.drain();
      while (delivery.waiting > 0) {
        publisher.last.finish();
        await settled();
      }
      await done;
      adds();
      const perDevice = (seqs: readonly number[]) =>
        devices.map((_, device) => seqs.filter((seq) => deviceOfSeq[seq] === device).length);
      const arrived = acknowledged.map((line) => Number.parseInt(line));
      const made = perDevice(deviceOfSeq.map((_, seq) => seq));
      const came = perDevice(arrived);
      const dropped = made.map((count, device) => count - (came[device] ?? 0));
      expect(counts.report).toEqual({ boot: fleet.boot, produced: made, acknowledged: came, dropped });
      expect(Math.min(...dropped, ...came)).toBeGreaterThan(10);
    },
  );
});

describe("the devices of a batch", () => {
  it("are counted once for each message, until they are cleared and added again", () => {
    const messages = new DevicesOfMessages();
    for (let index = 0; index < 1_000; index++) messages.push(index % 3);
    const counts = new Float64Array(3);
    messages.countInto(counts);
    expect([...counts]).toEqual([334, 333, 333]);
    messages.clear();
    messages.push(1);
    messages.countInto(counts);
    expect([...counts]).toEqual([334, 334, 333]);
  });
});
