import { describe, expect, it } from "vitest";
import type { KeptWhenFull } from "../../../contract/environment/device";
import { DevicesOfMessages } from "./counts";
import { deliveryOf, settled } from "../testing/deliveries";
import { fleetOf } from "../testing/fleets";
import { Draws } from "../testing/random-streams";

const devices = ["meter-1", "meter-2", "meter-3"];
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

describe("counts by device", () => {
  it.each<KeptWhenFull>(["newest", "oldest"])(
    "are exact, and add up whenever somebody looks, while batches come through one by one (%s)",
    async (keeps) => {
      const fleet = fleetOf({ devices, sensors: ["power", "voltage"], sharesTopic: true });
      const { delivery, publisher, counts, sink, acknowledged } = deliveryOf({
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
      /** By its number, unlike others', the device of each message. */
      const deviceOfSeq: number[] = [];
      const mark = { label: undefined, kinds: 1, observedAtMs: 0, lost: undefined, held: undefined };
      const run = delivery.run(new AbortController().signal);
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
      await run;
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

describe("the devices of a batch's messages", () => {
  it("are counted for as many messages as there are, and again only when they come again", () => {
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
