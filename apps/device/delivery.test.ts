import { describe, expect, it } from "vitest";
import type { OutgoingMessage } from "../shared/kafka";
import { createLogger } from "../shared/logger";
import { BoundedBuffer } from "./buffer";
import { Delivery, type Publisher } from "./delivery";
import { type Observed, Sensor } from "./sensor";

const device = { name: "device-1", boot: 1_795_392_000_000, sharesTopic: false };

/** A publisher whose sends are answered one by one by the test. */
class HeldPublisher implements Publisher {
  readonly sends: { values: string[]; acknowledge: () => void }[] = [];
  private offset = 0n;
  group<Item extends OutgoingMessage>(messages: readonly Item[]): Item[][] {
    return [[...messages]];
  }
  send(group: readonly OutgoingMessage[], giveUp: AbortSignal) {
    return new Promise<{ partition: number; baseOffset: bigint } | undefined>((resolve) => {
      giveUp.addEventListener("abort", () => resolve(undefined));
      const acknowledge = () => {
        resolve({ partition: 0, baseOffset: this.offset });
        this.offset += BigInt(group.length);
      };
      this.sends.push({ values: group.map(({ value }) => value), acknowledge });
    });
  }
}

function setUp(limit = 100) {
  const lines: string[] = [];
  const logger = createLogger({ app: "device", format: "json", write: (line) => lines.push(line) });
  const publisher = new HeldPublisher();
  const acknowledged: string[] = [];
  const delivery = new Delivery({
    publisher,
    buffer: new BoundedBuffer<Observed>(limit),
    logger,
    onAcknowledged: (group, { baseOffset }) =>
      group.forEach(({ observed }, index) =>
        acknowledged.push(`${observed.seq}@${String((baseOffset ?? 0n) + BigInt(index))}`),
      ),
  });
  const model = { read: () => ({ value: 0.5 }) };
  const sensor = new Sensor(
    device,
    { name: "sensor_1", interval: 1000, jitter: 0, model: { type: "uniform", min: 0, max: 1 }, faults: [] },
    model,
    (observed) => delivery.observe(observed),
  );
  const tick = (...seconds: number[]) =>
    seconds.forEach((second) => sensor.onTick(device.boot + second * 1000));
  const messages = () => lines.map((line) => (JSON.parse(line) as { message: string }).message);
  return { delivery, publisher, acknowledged, tick, messages };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const seqs = (values: readonly string[]) => values.map((value) => (JSON.parse(value) as { seq: number }).seq);

describe("delivery", () => {
  it("sends one batch at a time, in order, with the contract's message", async () => {
    const { delivery, publisher, acknowledged, tick } = setUp();
    const giveUp = new AbortController();
    const run = delivery.run(giveUp.signal);
    tick(0);
    await settled();
    tick(1, 2);
    await settled();
    expect(publisher.sends).toHaveLength(1);
    expect(JSON.parse(publisher.sends[0]?.values[0] ?? "")).toEqual({
      device: "device-1",
      sensor: "sensor_1",
      boot: 1_795_392_000_000,
      seq: 0,
      timestamp: new Date(1_795_392_000_000).toISOString(),
      value: 0.5,
    });
    publisher.sends[0]?.acknowledge();
    await settled();
    expect(seqs(publisher.sends[1]?.values ?? [])).toEqual([1, 2]);
    publisher.sends[1]?.acknowledge();
    delivery.drain();
    await run;
    expect(acknowledged).toEqual(["0@0", "1@1", "2@2"]);
    expect(delivery.sent).toBe(3);
    expect(delivery.waiting).toBe(0);
  });

  it("keeps observing in an outage, drops the oldest that wait, never those on their way", async () => {
    const { delivery, publisher, acknowledged, tick, messages } = setUp(3);
    const run = delivery.run(new AbortController().signal);
    tick(0);
    await settled();
    delivery.away("connection refused");
    tick(1, 2, 3, 4, 5);
    expect(delivery.waiting).toBe(4);
    publisher.sends[0]?.acknowledge();
    await settled();
    expect(seqs(publisher.sends[1]?.values ?? [])).toEqual([3, 4, 5]);
    delivery.drain();
    publisher.sends[1]?.acknowledge();
    await run;
    expect(acknowledged.map((text) => text.split("@")[0])).toEqual(["0", "3", "4", "5"]);
    expect(messages()).toEqual([
      "brokers away: keeping observations, 1 buffered (connection refused)",
      "the buffer is full (3 observations): dropping the oldest",
      expect.stringMatching(/^brokers back after \d+ ms: 4 sent, 2 dropped$/),
    ]);
  });

  it("says how much is unsent when it has to give up", async () => {
    const { delivery, tick } = setUp();
    const giveUp = new AbortController();
    const run = delivery.run(giveUp.signal);
    tick(0, 1);
    await settled();
    tick(2);
    delivery.drain();
    giveUp.abort();
    await run;
    expect(delivery.sent).toBe(0);
    expect(delivery.waiting).toBe(3);
  });
});
