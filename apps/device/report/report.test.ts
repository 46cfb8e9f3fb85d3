import { describe, expect, it } from "vitest";
import { Lateness } from "./lateness";
import { Tally } from "./report";
import { deliveryOf, settled } from "../testing/deliveries";
import { fleetOf } from "../testing/fleets";
import { Draws } from "../testing/random-streams";
import { midnightMs, stepUntil } from "../testing/streams";

describe("a device's report", () => {
  it("adds up at any time: what was observed is acknowledged, dropped, waits, or was lost as declared", async () => {
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
    const { delivery, publisher, ring, tally, sink, report } = deliveryOf({
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
    const run = delivery.run(new AbortController().signal);
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
    await run;
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

  it("tells what the device is, and of nothing that was not", () => {
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
