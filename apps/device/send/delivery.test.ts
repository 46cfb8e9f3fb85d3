import { afterEach, describe, expect, it, vi } from "vitest";
import { partitionOfKey } from "../../shared/kafka";
import { deliveryOf, settled } from "../testing/deliveries";
import { fleetOf } from "../testing/streams";

const never = new AbortController().signal;

describe("delivery", () => {
  afterEach(() => void vi.useRealTimers());

  it("sends one batch after the other, in order, with all observations that came meanwhile", async () => {
    const { run, delivery, publisher, acknowledged, observe, rooms } = deliveryOf();
    const done = run(never);
    observe(0);
    await settled();
    observe(1, 2);
    await settled();
    expect(publisher.sends).toHaveLength(1);
    expect(rooms()).toBe(1);
    publisher.last.finish();
    await settled();
    expect(publisher.last.seqs).toEqual(new Map([[0, [1, 2]]]));
    publisher.last.finish();
    await settled();
    expect(publisher.sends).toHaveLength(2);
    observe(3);
    await settled();
    publisher.last.finish();
    delivery.drain();
    await done;
    expect(acknowledged).toEqual(["0: 0@0", "1: 0@1", "2: 0@2", "3: 0@3"]);
    expect([delivery.sent, delivery.acknowledged, delivery.waiting, rooms()]).toEqual([4, 4, 0, 3]);
  });

  it("fills the next batch during a send, and adds later observations", async () => {
    const { run, delivery, publisher, ring, observe } = deliveryOf({ limit: 50_000 });
    const numbers = Array.from({ length: 30_000 }, (_, seq) => seq);
    observe(...numbers);
    const done = run(never);
    await settled();
    const first = publisher.last.seqs.get(0)?.length ?? 0;
    expect(first).toBeLessThan(10_000);
    // One batch is full, another is filled, and the rest waits in the ring.
    expect(ring.size).toBeLessThan(30_000 - 1.9 * first);
    expect([delivery.sent, delivery.waiting]).toEqual([first, 30_000]);
    delivery.drain();
    while (delivery.waiting > 0) {
      publisher.last.finish();
      await settled();
    }
    await done;
    expect(publisher.sends.flatMap(({ seqs }) => seqs.get(0))).toEqual(numbers);
  });

  it("drops nothing of the current send in an outage, and logs drops once", async () => {
    const { run, delivery, publisher, acknowledged, observe, messages } = deliveryOf({ limit: 3 });
    const done = run(never);
    observe(0);
    await settled();
    delivery.away("connection refused");
    delivery.away("connection refused again");
    observe(1, 2, 3, 4, 5);
    expect(delivery.waiting).toBe(4);
    publisher.last.finish();
    await settled();
    expect(publisher.last.seqs).toEqual(new Map([[0, [3, 4, 5]]]));
    delivery.drain();
    publisher.last.finish();
    await done;
    expect(acknowledged).toEqual(["0: 0@0", "3: 0@1", "4: 0@2", "5: 0@3"]);
    expect(messages()).toEqual([
      "brokers away: keeping observations, 1 buffered (connection refused)",
      "the buffer is full (3 observations): dropping what does not fit",
      expect.stringMatching(/^brokers back after \d+ ms: 4 sent, 2 dropped$/),
    ]);
  });

  it("keeps the oldest observations if it is set to", async () => {
    const { run, delivery, publisher, acknowledged, observe } = deliveryOf({ limit: 3, keeps: "oldest" });
    const done = run(never);
    observe(0);
    await settled();
    observe(1, 2, 3, 4, 5);
    publisher.last.finish();
    await settled();
    publisher.last.finish();
    delivery.drain();
    await done;
    expect(acknowledged).toEqual(["0: 0@0", "1: 0@1", "2: 0@2", "3: 0@3"]);
  });

  it("logs drops in each outage and after it", async () => {
    const { run, delivery, publisher, observe, messages } = deliveryOf({ limit: 2 });
    const done = run(never);
    observe(0);
    await settled();
    for (let outage = 0; outage < 2; outage++) {
      delivery.away("refused");
      observe(1, 2, 3, 4);
      publisher.last.finish();
      await settled();
      publisher.last.finish();
      await settled();
      // The brokers answer, but slowly.
      observe(5);
      await settled();
      observe(6, 7, 8, 9);
    }
    const full = "the buffer is full (2 observations): dropping what does not fit";
    expect(messages().filter((message) => message === full)).toHaveLength(4);
    delivery.drain();
    publisher.last.finish();
    await settled();
    publisher.last.finish();
    await done;
  });

  it("counts what some partitions acknowledged when it gives up on others", async () => {
    const fleet = fleetOf({ sensors: Array.from({ length: 10 }, (_, index) => `sensor_${index}`) });
    const { run, delivery, publisher, sink, observe } = deliveryOf({ fleet, partitionCount: 2 });
    const giveUp = new AbortController();
    for (let sensor = 0; sensor < 10; sensor++) sink.push(sensor, sensor, 0, 1, undefined);
    const done = run(giveUp.signal);
    await settled();
    const [first = [], second = []] = [...publisher.last.seqs.values()];
    expect(first.length + second.length).toBe(10);
    expect(Math.min(first.length, second.length)).toBeGreaterThan(0);
    expect([delivery.sent, delivery.acknowledged, delivery.waiting]).toEqual([10, 0, 10]);
    publisher.last.acknowledge([...publisher.last.seqs.keys()][0] ?? 0);
    expect([delivery.sent, delivery.acknowledged, delivery.waiting]).toEqual([
      10,
      first.length,
      second.length,
    ]);
    observe(11, 12, 13);
    delivery.drain();
    giveUp.abort();
    await done;
    expect([delivery.sent, delivery.acknowledged, delivery.waiting]).toEqual([
      10,
      first.length,
      second.length + 3,
    ]);
  });

  it("uses partitions that are added to the topic", async () => {
    const fleet = fleetOf({ sensors: Array.from({ length: 20 }, (_, index) => `sensor_${index}`) });
    const { run, delivery, publisher, sink } = deliveryOf({ fleet });
    const observeAll = (seq: number) => {
      for (let sensor = 0; sensor < 20; sensor++) sink.push(sensor, seq, 0, 1, undefined);
    };
    const done = run(never);
    observeAll(0);
    await settled();
    publisher.partitionCount = 4;
    publisher.last.finish();
    await settled();
    observeAll(1);
    await settled();
    const partitions = [...new Set(fleet.keys.map((key) => partitionOfKey(key, 4)))].toSorted();
    expect(partitions.length).toBeGreaterThan(2);
    expect(publisher.sends.map(({ seqs }) => [...seqs.keys()].toSorted())).toEqual([[0], partitions]);
    publisher.last.finish();
    delivery.drain();
    await done;
    expect(delivery.acknowledged).toBe(40);
  });

  it("keeps to its rate limit, and sends everything in the end", async () => {
    const { run, delivery, publisher, observe, acknowledged } = deliveryOf({ perSecond: 200 });
    observe(...Array.from({ length: 80 }, (_, seq) => seq));
    const startMs = performance.now();
    const done = run(never);
    delivery.drain();
    const answering = setInterval(() => publisher.sends.at(-1)?.finish(), 1);
    await done;
    clearInterval(answering);
    // The burst is 20 messages.
    expect(performance.now() - startMs).toBeGreaterThan(290);
    expect(acknowledged).toHaveLength(80);
    expect(publisher.sends[0]?.seqs.get(0)).toHaveLength(20);
  });

  it("gives up at once while it waits for the rate limit", async () => {
    const { run, delivery, publisher, observe } = deliveryOf({ perSecond: 1 });
    const giveUp = new AbortController();
    observe(0, 1, 2, 3, 4);
    const done = run(giveUp.signal);
    await settled();
    publisher.last.finish();
    await settled();
    giveUp.abort();
    await done;
    expect(delivery.acknowledged + delivery.waiting).toBe(5);
  });

  it("ends when nothing is left, and fails with the error of its publisher", async () => {
    const idle = deliveryOf();
    const done = idle.run(never);
    await settled();
    idle.delivery.drain();
    await done;
    const aborted = new AbortController();
    const stopped = deliveryOf().run(aborted.signal);
    aborted.abort();
    await stopped;
    const failing = deliveryOf();
    failing.observe(0);
    const failed = failing.run(never);
    await settled();
    failing.publisher.last.fail(new Error("not authorized"));
    await expect(failed).rejects.toThrow("not authorized");
    expect([failing.delivery.sent, failing.delivery.waiting]).toEqual([1, 1]);
  });

  it("complains once messages have waited for 25 s without an acknowledgement", async () => {
    let nowMs = 0;
    const fleet = fleetOf({ sensors: Array.from({ length: 10 }, (_, index) => `sensor_${index}`) });
    const { run, delivery, publisher, sink } = deliveryOf({ fleet, partitionCount: 2, elapsed: () => nowMs });
    const observeAll = () => {
      for (let sensor = 0; sensor < 10; sensor++) sink.push(sensor, sensor, 0, 1, undefined);
    };
    const done = run(never);
    await settled();
    nowMs = 100_000;
    expect(delivery.complaint).toBeUndefined();
    observeAll();
    await settled();
    nowMs += 24_999;
    expect(delivery.complaint).toBeUndefined();
    nowMs += 1;
    expect(delivery.complaint).toBe(
      "no message was acknowledged for 25 s and 10 wait: no acknowledgement yet",
    );
    delivery.away("connection refused");
    expect(delivery.complaint).toBe("no message was acknowledged for 25 s and 10 wait: connection refused");
    publisher.last.acknowledge(0);
    expect(delivery.complaint).toBeUndefined();
    nowMs += 25_000;
    expect(delivery.complaint).toMatch(/^no message was acknowledged for 25 s and \d wait: /);
    publisher.last.finish();
    await settled();
    expect(delivery.complaint).toBeUndefined();
    nowMs += 3_600_000;
    observeAll();
    await settled();
    expect(delivery.complaint).toBeUndefined();
    delivery.drain();
    publisher.last.finish();
    await done;
  });

  it("complains about messages that wait for the first connection", () => {
    let nowMs = 0;
    const { delivery, observe } = deliveryOf({ elapsed: () => nowMs });
    nowMs = 40_000;
    expect(delivery.complaint).toBeUndefined();
    observe(0);
    expect(delivery.complaint).toBe(
      "no message was acknowledged for 40 s and 1 wait: no acknowledgement yet",
    );
  });

  it("treats a send without an answer as an outage, and logs reminders", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
    const { run, delivery, publisher, observe, messages } = deliveryOf({ limit: 2 });
    const done = run(never);
    observe(0);
    await settled();
    vi.advanceTimersByTime(2_999);
    expect(messages()).toEqual([]);
    vi.advanceTimersByTime(1);
    observe(1, 2, 3);
    vi.advanceTimersByTime(120_000);
    publisher.last.finish();
    await settled();
    publisher.last.finish();
    await settled();
    observe(4);
    await settled();
    publisher.last.finish();
    await settled();
    // Nothing is being sent, and there are no reminders of an outage that is over.
    vi.advanceTimersByTime(120_000);
    delivery.drain();
    await done;
    expect(messages()).toEqual([
      "brokers away: keeping observations, 1 buffered (no acknowledgement yet)",
      "the buffer is full (2 observations): dropping what does not fit",
      "brokers still away: 3 buffered, 1 dropped",
      "brokers still away: 3 buffered, 1 dropped",
      "brokers back after 120 s: 3 sent, 1 dropped",
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
