import { describe, expect, it } from "vitest";
import { dayMs, hourMs, minuteMs } from "../../../contract/values/fields";
import type { DeviceFault, SensorFault } from "../../../contract/models/faults";
import { RecordingSink } from "../testing/recording-sink";
import { midnightMs, type StreamDescription, stepUntil, streamOf } from "../testing/streams";

function begin(description: Partial<StreamDescription> = {}, fromMs = midnightMs) {
  const sink = new RecordingSink();
  const stream = streamOf({ intervalMs: 1_000, ...description }, sink);
  stream.startAt(fromMs);
  const after = (ms: number) => stepUntil(stream, midnightMs + ms);
  const seqs = () => sink.messages.map(({ seq }) => seq);
  return { sink, stream, after, seqs };
}

/** The seconds after midnight at which a stream's messages were due. */
function dueSeconds(description: Partial<StreamDescription>, untilSecond: number): Record<number, number[]> {
  const { stream, sink } = begin(description);
  const due: Record<number, number[]> = {};
  while (stream.dueMs <= midnightMs + untilSecond * 1_000) {
    const second = (stream.dueMs - midnightMs) / 1_000;
    const before = sink.messages.length;
    stream.step();
    for (const { seq } of sink.messages.slice(before)) (due[second] ??= []).push(seq);
  }
  return due;
}

describe("a sensor without faults", () => {
  it("observes every multiple of its interval since 1970, from its start on", () => {
    const { stream, sink, after } = begin({ intervalMs: 5_000, index: 7 }, midnightMs + 1);
    expect(stream.dueMs).toBe(midnightMs + 5_000);
    after(15_000);
    expect(sink.messages.map(({ seq, timestampMs }) => [seq, timestampMs - midnightMs])).toEqual([
      [0, 5_000],
      [1, 10_000],
      [2, 15_000],
    ]);
    expect(sink.messages[0]).toMatchObject({ sensor: 7, value: midnightMs + 5_000, label: undefined });
    expect(sink.strikes).toEqual([]);
  });

  it("reads the signal at the time of its message, including jitter", () => {
    const signal = { valueAt: (ms: number) => ms, labelAt: (ms: number) => `at ${ms}` };
    const { sink, after } = begin({ jitterMs: 1_000, signal });
    after(100_000);
    const jitters = sink.messages.map(({ timestampMs }, second) => timestampMs - midnightMs - second * 1_000);
    expect(Math.min(...jitters)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...jitters)).toBeLessThan(1_000);
    expect(new Set(jitters).size).toBeGreaterThan(80);
    for (const { timestampMs, value, label } of sink.messages)
      expect([value, label]).toEqual([timestampMs, `at ${timestampMs}`]);
  });
});

describe("a sensor's faults", () => {
  it("send late observations by the declared time later, and the others at their time", () => {
    const late: SensorFault = { type: "late", by: 2_500, at: ["00:00:01"] };
    expect(dueSeconds({ sensorFaults: [late] }, 4)).toEqual({ 0: [0], 2: [2], 3: [3], 3.5: [1], 4: [4] });
  });

  it("send a late observation after the next one if both are due at the same time", () => {
    const late: SensorFault = { type: "late", by: 2_000, at: ["00:00:01"] };
    expect(dueSeconds({ sensorFaults: [late] }, 4)).toEqual({ 0: [0], 2: [2], 3: [3, 1], 4: [4] });
  });

  it("send an out-of-order observation right after the next, several of them in their own order", () => {
    const single: SensorFault = { type: "out-of-order", at: ["00:00:01"] };
    expect(dueSeconds({ sensorFaults: [single] }, 4)).toEqual({ 0: [0], 2: [2, 1], 3: [3], 4: [4] });
    const two: SensorFault = { ...single, for: 2_000 };
    // The first out-of-order observation comes after the second, which itself comes after the third.
    expect(dueSeconds({ sensorFaults: [two] }, 4)).toEqual({ 0: [0], 2: [1], 3: [3, 2], 4: [4] });
  });

  it("send the observations that were kept offline in order when the device is back", () => {
    const offline: DeviceFault = { type: "offline", meanwhile: "buffer", at: ["00:00:01"], for: 3_000 };
    expect(dueSeconds({ deviceFaults: [offline] }, 5)).toEqual({ 0: [0], 4: [1, 2, 3, 4], 5: [5] });
  });

  it("keep a device silent during all of its outages, also about late observations", () => {
    const offline: DeviceFault = { type: "offline", meanwhile: "buffer", at: ["00:00:03"], for: 3_000 };
    const other: DeviceFault = { ...offline, at: ["00:00:05"], for: 2_500 };
    const late: SensorFault = { type: "late", by: 4_000, at: ["00:00:00"] };
    expect(dueSeconds({ deviceFaults: [offline, other], sensorFaults: [late] }, 8)).toEqual({
      1: [1],
      2: [2],
      7.5: [3, 4, 5, 6, 7, 0],
      8: [8],
    });
  });

  it("number lost observations, and count them in the next message", () => {
    const { sink, after } = begin({
      deviceFaults: [{ type: "offline", meanwhile: "lose", at: ["00:00:01"], for: 2_000 }],
      sensorFaults: [
        { type: "missing", at: ["00:00:03"] },
        { type: "duplicate", at: ["00:00:04"] },
        { type: "missing", at: ["00:00:06"] },
      ],
    });
    after(7_000);
    expect(sink.messages.map(({ seq, lost, isDuplicate }) => [seq, lost, isDuplicate])).toEqual([
      [0, undefined, false],
      [4, { offline: 2, missing: 1 }, false],
      [4, undefined, true],
      [5, undefined, false],
      [7, { missing: 1 }, false],
    ]);
    expect(sink.strikes.map(({ seq, kinds, isLost }) => [seq, ...kinds, isLost])).toEqual([
      [1, "offline", true],
      [2, "offline", true],
      [3, "missing", true],
      [4, "duplicate", false],
      [6, "missing", true],
    ]);
  });

  it("report what is held back before them, and until when", () => {
    const { sink, after } = begin({
      sensorFaults: [
        { type: "late", by: 3_000, at: ["00:00:01"] },
        { type: "missing", at: ["00:00:02"] },
        { type: "duplicate", at: ["00:00:03"] },
        { type: "out-of-order", at: ["00:00:05"] },
      ],
    });
    after(7_000);
    const held = (count: number, seconds: number) => ({ count, untilMs: midnightMs + seconds * 1_000 });
    expect(sink.messages.map((message) => [message.seq, message.held])).toEqual([
      [0, undefined],
      [3, held(2, 4)],
      [3, undefined],
      [4, undefined],
      [1, undefined],
      [6, held(1, 6)],
      [5, undefined],
      [7, undefined],
    ]);
  });

  it("let the next message report what is held back before it, and until when", () => {
    const { sink, after } = begin({
      sensorFaults: [
        { type: "late", by: 10_000, at: ["00:00:01"], for: 2_000 },
        { type: "missing", at: ["00:00:03", "00:00:06"] },
        { type: "duplicate", at: ["00:00:04"] },
      ],
    });
    after(20_000);
    const reported = sink.messages.filter(({ held, seq }) => held !== undefined || seq === 4);
    expect(reported.map(({ seq, held, lost, isDuplicate }) => ({ seq, held, lost, isDuplicate }))).toEqual([
      {
        seq: 4,
        held: { count: 3, untilMs: midnightMs + 12_000 },
        lost: { missing: 1 },
        isDuplicate: false,
      },
      { seq: 4, held: undefined, lost: undefined, isDuplicate: true },
    ]);
  });

  it("shift only the timestamp of the message", () => {
    const { sink, after } = begin({
      sensorFaults: [{ type: "clock-skew", behind: 5_000, at: ["00:00:01"] }],
    });
    after(2_000);
    expect(sink.messages.map(({ timestampMs }) => timestampMs - midnightMs)).toEqual([0, -4_000, 2_000]);
    expect(sink.messages[1]).toMatchObject({ observedAtMs: midnightMs + 1_000, value: midnightMs + 1_000 });
  });

  it("give values that are rounded like the sensor's own", () => {
    const signal = { valueAt: () => 0.1, labelAt: () => undefined };
    const drift: SensorFault = { type: "drift", perHour: 1_000, at: ["00:00:01"], for: 2_000 };
    const { sink, after } = begin({ signal, precision: 2, sensorFaults: [drift] });
    after(3_000);
    expect(sink.messages.map(({ value }) => value)).toEqual([0.1, 0.1, 0.38, 0.1]);
  });
});

describe("a sensor that stops", () => {
  it("sends what it has observed and held back, in the order in which it is due", () => {
    const { stream, after, seqs } = begin({
      deviceFaults: [{ type: "offline", meanwhile: "buffer", at: ["00:00:03"], for: hourMs }],
      sensorFaults: [{ type: "late", by: minuteMs, at: ["00:00:01"] }],
    });
    after(4_000);
    expect(seqs()).toEqual([0, 2]);
    stream.flush(midnightMs + 5_999);
    expect(seqs()).toEqual([0, 2, 3, 4, 5, 1]);
    expect(stream.dueMs).toBe(midnightMs + 3_000 + hourMs);
  });

  it("also makes the observation that just came due", () => {
    const { stream, after, seqs } = begin();
    after(1_000);
    stream.flush(midnightMs + 3_000);
    expect(seqs()).toEqual([0, 1, 2, 3]);
  });

  it("sends nothing if it has never started", () => {
    const sink = new RecordingSink();
    streamOf({ intervalMs: 10 }, sink).flush(midnightMs);
    expect(sink.messages).toEqual([]);
  });
});

describe("a sensor that resumes", () => {
  const outage: DeviceFault = { type: "offline", meanwhile: "buffer", at: ["00:00:01"], for: 2_000 };

  /** The seconds of the first messages that a stream sends after a message of this second was written. */
  function afterSecond(
    description: Partial<StreamDescription>,
    second: number,
    most = 4,
    wasHeldBack = true,
  ): number[] {
    const sink = new RecordingSink();
    const stream = streamOf({ intervalMs: 1_000, ...description }, sink);
    stream.noteWritten(midnightMs + second * 1_000, wasHeldBack);
    stream.resume(midnightMs);
    while (sink.messages.length < most) stream.step();
    return sink.messages.map(({ observedAtMs }) => (observedAtMs - midnightMs) / 1_000);
  }

  it("continues after the last message, with new sequence numbers", () => {
    const sink = new RecordingSink();
    const stream = streamOf({ intervalMs: 1_000 }, sink);
    expect(stream.writtenUpToMs).toBeUndefined();
    for (const second of [3, 5, 4]) stream.noteWritten(midnightMs + second * 1_000, false);
    expect(stream.writtenUpToMs).toBe(midnightMs + 5_000);
    stream.resume();
    stream.step();
    expect(sink.messages).toMatchObject([{ seq: 0, timestampMs: midnightMs + 6_000 }]);
  });

  it("sends the observations that were due after a late one was written", () => {
    const late: SensorFault = { type: "late", by: 5_000, at: ["00:00:02"] };
    expect(afterSecond({ sensorFaults: [late] }, 3)).toEqual([4, 5, 6, 7]);
    expect(afterSecond({ sensorFaults: [late] }, 6)).toEqual([7, 2, 8, 9]);
    expect(afterSecond({ sensorFaults: [late] }, 7)).toEqual([2, 8, 9, 10]);
    expect(afterSecond({ sensorFaults: [late] }, 2)).toEqual([8, 9, 10, 11]);
  });

  it("trusts the label of a message about whether it was held back, not the faults that are declared now", () => {
    const late: SensorFault = { type: "late", by: 3_000, at: ["00:00:05"] };
    expect(afterSecond({ sensorFaults: [late] }, 5, 4, false)).toEqual([6, 7, 8, 9]);
    expect(afterSecond({ sensorFaults: [late] }, 5, 3, true)).toEqual([9, 10, 11]);
  });

  it("sends late observations at the end of an outage, and out-of-order ones after a next one that the outage keeps", () => {
    const late: SensorFault = { type: "late", by: 4_000, at: ["00:00:01"] };
    expect(afterSecond({ deviceFaults: [outage], sensorFaults: [late] }, 7)).toEqual([1, 8, 9, 10]);
    const overtaken: SensorFault = { type: "out-of-order", at: ["00:00:00"] };
    expect(afterSecond({ deviceFaults: [outage], sensorFaults: [overtaken] }, 3)).toEqual([0, 4, 5, 6]);
  });

  it("makes no observation before its beginning, if that is known", () => {
    const late: SensorFault = { type: "late", by: 5_000, probability: 0.99 };
    const sink = new RecordingSink();
    const stream = streamOf({ intervalMs: 1_000, sensorFaults: [late] }, sink);
    stream.noteWritten(midnightMs, true);
    stream.resume(midnightMs);
    stepUntil(stream, midnightMs + hourMs);
    expect(Math.min(...sink.observedAtMs)).toBe(midnightMs + 1_000);
  });

  it("keeps its position if nothing was written", () => {
    const stream = streamOf({ intervalMs: 1_000 }, new RecordingSink());
    stream.resume();
    expect(stream.dueMs).toBe(Infinity);
  });

  it("resumes as quickly after a long outage or a long time", () => {
    let looks = 0;
    const signal = { valueAt: () => looks++, labelAt: () => undefined };
    const week: DeviceFault = {
      type: "offline",
      meanwhile: "buffer",
      at: ["2026-11-16T00:00:00Z"],
      for: 7 * dayMs,
    };
    const sink = new RecordingSink();
    const stream = streamOf({ intervalMs: 10, signal, deviceFaults: [week] }, sink);
    stream.noteWritten(midnightMs - hourMs, false);
    stream.resume();
    expect(looks).toBeLessThan(10);
    stream.step();
    expect(sink.observedAtMs).toEqual([midnightMs - hourMs + 10]);
  });
});

describe("a sensor that skips observations", () => {
  it("skips those that were due before a time, and returns how many", () => {
    const { stream, seqs, after } = begin({}, midnightMs + 1);
    expect(stream.skipBefore(midnightMs + 1_000)).toBe(0);
    expect(stream.skipBefore(midnightMs + 1_001)).toBe(1);
    expect(stream.skipBefore(midnightMs + 60_000)).toBe(58);
    expect(stream.skipBefore(midnightMs + 60_000)).toBe(0);
    after(61_000);
    expect(seqs()).toEqual([0, 1]);
  });

  it("skips years of observations without a look at each", () => {
    let looks = 0;
    const fault: SensorFault = { type: "missing", probability: 0.1 };
    for (const sensorFaults of [[], [fault]]) {
      const stream = streamOf({ intervalMs: 10, jitterMs: 10, sensorFaults }, new RecordingSink());
      const timeOf = stream.timeOf.bind(stream);
      stream.timeOf = (boundaryMs) => (looks++, timeOf(boundaryMs));
      stream.startAt(midnightMs);
      const skipped = stream.skipBefore(midnightMs + 1_000 * dayMs);
      expect(Math.abs(skipped - 100 * 1_000 * 86_400)).toBeLessThanOrEqual(1);
    }
    expect(looks).toBeLessThan(200);
  });

  it("skips none that was kept offline: it was made in time", () => {
    const offline: DeviceFault = { type: "offline", meanwhile: "buffer", at: ["00:00:00"], for: 10_000 };
    const { stream, seqs } = begin({ deviceFaults: [offline] });
    expect(stream.skipBefore(midnightMs + 15_000)).toBe(0);
    while (stream.dueMs === midnightMs + 10_000 && seqs().length < 10) stream.step();
    expect(seqs()).toHaveLength(10);
    expect(stream.skipBefore(midnightMs + 15_000)).toBe(5);
  });

  it("still sends those that were held back", () => {
    const { stream, after, seqs } = begin({ sensorFaults: [{ type: "late", by: 5_000, at: ["00:00:01"] }] });
    after(2_000);
    expect(stream.skipBefore(midnightMs + 60_000)).toBe(57);
    after(60_000);
    expect(seqs()).toEqual([0, 2, 1, 3]);
  });
});
