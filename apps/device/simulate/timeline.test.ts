import { describe, expect, it } from "vitest";
import { dayMs, hourMs } from "../../../contract/values/fields";
import { DeviceTime } from "./clock";
import type { SensorStream } from "./sensor-stream";
import { latestTickMs, Timeline } from "./timeline";
import { Lateness } from "../report/lateness";
import { FakeClock } from "../testing/fake-clock";
import { RecordingSink } from "../testing/recording-sink";
import { midnightMs, type StreamDescription, streamOf } from "../testing/streams";

interface SetUp {
  readonly clock?: FakeClock;
  readonly startMs?: number;
  readonly makesUp?: boolean;
  readonly speed?: number;
  readonly hasRoom?: () => boolean;
  /** Called at each observation. */
  readonly onValue?: (timeMs: number) => unknown;
}

function setUp(sensors: readonly (number | StreamDescription)[], options: SetUp = {}) {
  const { startMs = midnightMs, clock = new FakeClock(startMs), makesUp = false, onValue } = options;
  const sink = new RecordingSink();
  const streams = sensors.map((sensor, index): SensorStream => {
    const description = typeof sensor === "number" ? { intervalMs: sensor } : sensor;
    const signal = { valueAt: (ms: number) => (onValue?.(ms), clock.nowMs), labelAt: () => undefined };
    const stream = streamOf({ index, signal, ...description }, sink);
    stream.startAt(startMs);
    return stream;
  });
  const skips: { count: number; fromMs: number; toMs: number }[] = [];
  const setBacks: number[] = [];
  const presents: number[] = [];
  const lateness = new Lateness();
  const timeline = new Timeline(streams, {
    time: new DeviceTime(clock, options.speed ?? 1),
    lateness,
    makesUp,
    hasRoom: options.hasRoom ?? (() => true),
    onPresent: () => presents.push(sink.messages.length),
    onSkipped: ({ count, fromMs, toMs }) =>
      skips.push({ count, fromMs: fromMs - midnightMs, toMs: toMs - midnightMs }),
    onClockSetBack: (byMs) => setBacks.push(byMs),
  });
  const ticks = () => sink.messages.map(({ sensor, timestampMs }) => [sensor, timestampMs - midnightMs]);
  const times = () => ticks().map(([, ms]) => ms);
  return { clock, timeline, sink, streams, skips, setBacks, presents, lateness, ticks, times };
}

const multiples = (everyMs: number, count: number, from = 1) =>
  Array.from({ length: count }, (_, place) => (place + from) * everyMs);

describe("live sensors", () => {
  it("observe on wall-clock boundaries, whenever they start", () => {
    const { clock, timeline, times } = setUp([5_000], { startMs: midnightMs + 1_234 });
    timeline.start();
    clock.run(18_766);
    expect(times()).toEqual([5_000, 10_000, 15_000, 20_000]);
  });

  it("observe the boundary that they start on", () => {
    const { clock, timeline, times } = setUp([1_000]);
    timeline.start();
    clock.run(1_500);
    expect(times()).toEqual([0, 1_000]);
  });

  it("interleave in the order of time and then of their numbers, with one timer", () => {
    const { clock, timeline, ticks } = setUp([1_000, 500, 300], { startMs: midnightMs + 1 });
    timeline.start();
    expect(clock.timers).toHaveLength(1);
    clock.run(1_499);
    expect(ticks()).toEqual([
      [2, 300],
      [1, 500],
      [2, 600],
      [2, 900],
      [0, 1_000],
      [1, 1_000],
      [2, 1_200],
      [1, 1_500],
      [2, 1_500],
    ]);
    expect(clock.timers).toHaveLength(1);
  });

  it("observe every 10 ms without losing an observation, and never too early", () => {
    const { clock, timeline, times, sink } = setUp([10], { startMs: midnightMs + 3 });
    timeline.start();
    clock.run(10_000);
    expect(times()).toEqual(multiples(10, 1_000));
    // The value of the signal is the time of the clock.
    for (const { timestampMs, value } of sink.messages) expect(value).toBe(timestampMs);
  });

  it("do not drift when every timer is late, and use the boundary as timestamp", () => {
    const { clock, timeline, times, skips, lateness } = setUp([1_000], { startMs: midnightMs + 500 });
    clock.lateMs = 17;
    timeline.start();
    clock.run(hourMs);
    expect(times()).toEqual(multiples(1_000, 3_600));
    expect(skips).toEqual([]);
    expect([lateness.quantile(0), lateness.quantile(1)]).toEqual([17, 17]);
  });

  it("do not observe too early when timers are early, as those of Node can be", () => {
    const { clock, timeline, times, sink, lateness } = setUp([250], { startMs: midnightMs + 1 });
    clock.lateMs = -1;
    timeline.start();
    clock.run(10_000);
    expect(times()).toEqual(multiples(250, 40));
    for (const { timestampMs, value } of sink.messages) expect(value).toBe(timestampMs);
    expect(lateness.quantile(1)).toBe(0);
  });

  it("catch up with slightly late observations in order", () => {
    const { clock, timeline, ticks, skips } = setUp([250, 500], { startMs: midnightMs + 1 });
    timeline.start();
    clock.stall(1_000);
    clock.run(0);
    expect(ticks()).toEqual([
      [0, 250],
      [0, 500],
      [1, 500],
      [0, 750],
      [0, 1_000],
      [1, 1_000],
    ]);
    expect(skips).toEqual([]);
  });

  it("skip and count the observations that a stall left no time for, instead of inventing values", () => {
    const { clock, timeline, times, skips } = setUp([1_000, 5_000], { startMs: midnightMs + 1 });
    timeline.start();
    clock.stall(59_999);
    clock.run(0);
    expect(latestTickMs).toBe(2_000);
    // Interval 1 s: 1 to 57 are skipped, 58 is 2 s late. Interval 5 s: 5 to 55 are skipped.
    expect(skips).toEqual([{ count: 57 + 11, fromMs: 1_000, toMs: 57_000 }]);
    expect(times()).toEqual([58_000, 59_000, 60_000, 60_000]);
    clock.run(1_000);
    expect(times().slice(4)).toEqual([61_000]);
  });

  it("skip no observation that an outage kept, and still send those that are held back", () => {
    const { clock, timeline, ticks, skips } = setUp([
      { intervalMs: 1_000, sensorFaults: [{ type: "late", by: 3_000, at: ["00:00:01"] }] },
      {
        intervalMs: 5_000,
        deviceFaults: [{ type: "offline", meanwhile: "buffer", at: ["00:00:00"], for: 18_000 }],
      },
    ]);
    timeline.start();
    clock.run(1_500);
    clock.stall(20_000);
    clock.run(0);
    expect(ticks()).toEqual([
      [0, 0],
      [0, 1_000],
      [1, 0],
      [1, 5_000],
      [1, 10_000],
      [1, 15_000],
      [0, 20_000],
      [1, 20_000],
      [0, 21_000],
    ]);
    expect(skips).toEqual([{ count: 18, fromMs: 2_000, toMs: 19_000 }]);
  });

  it("let the observations that an outage kept wait for room, and observe meanwhile", () => {
    let room = 2;
    const { clock, timeline, ticks, lateness, skips } = setUp(
      [
        1_000,
        {
          intervalMs: 1_000,
          deviceFaults: [{ type: "offline", meanwhile: "buffer", at: ["00:00:00"], for: 5_000 }],
        },
      ],
      { hasRoom: () => room-- > 0 },
    );
    timeline.start();
    clock.run(6_500);
    const live = (count: number) => multiples(1_000, count, 0).map((ms) => [0, ms]);
    expect(ticks()).toEqual([...live(6), [1, 0], [1, 1_000], [0, 6_000]]);
    clock.run(3_000);
    room = 100;
    clock.run(700);
    // Observations behind the kept ones are not skipped, however long they wait. Then each comes at its time.
    expect(ticks().slice(9)).toEqual([
      [0, 7_000],
      [0, 8_000],
      [0, 9_000],
      ...multiples(1_000, 8, 2).map((ms) => [1, ms]),
      [0, 10_000],
      [1, 10_000],
    ]);
    expect(skips).toEqual([]);
    // The kept observations were made in time.
    expect(lateness.quantile(1)).toBe(0);
  });

  it("observe nothing twice when the clock is set back, and report it once", () => {
    const { clock, timeline, times, setBacks } = setUp([1_000], { startMs: midnightMs + 1 });
    timeline.start();
    clock.run(3_000);
    clock.set(-2_500);
    clock.run(5_000);
    expect(times()).toEqual([1_000, 2_000, 3_000, 4_000, 5_000]);
    expect(setBacks).toEqual([expect.closeTo(1_500, -3)]);
  });

  it("do not report small corrections of the clock", () => {
    const { clock, timeline, setBacks } = setUp([50]);
    timeline.start();
    for (let round = 0; round < 20; round++) {
      clock.run(200);
      clock.set(-90);
    }
    expect(setBacks).toEqual([]);
  });

  it("read the clock every second, however long their intervals", () => {
    const { clock, timeline, times } = setUp([dayMs], { startMs: midnightMs + 1 });
    timeline.start();
    clock.run(10_000);
    // The clock is set to just before midnight: the observation comes within the second after midnight.
    clock.set(dayMs - 20_000);
    clock.run(12_000);
    expect(times()).toEqual([dayMs]);
  });

  it("stop at once, even between observations that are due together", () => {
    const { clock, timeline, times } = setUp([100, 100, 100], {
      startMs: midnightMs + 1,
      onValue: (ms) => ms === midnightMs + 200 && timeline.stop(),
    });
    timeline.start();
    clock.run(2_000);
    expect(times()).toEqual([100, 100, 100, 200]);
    expect(clock.timers).toEqual([]);
  });

  it("end with the observations that just came due and those that are held back", () => {
    const { clock, timeline, times, skips } = setUp([
      { intervalMs: 1_000, sensorFaults: [{ type: "late", by: hourMs, at: ["00:00:01"] }] },
    ]);
    timeline.start();
    clock.run(2_500);
    clock.stall(7_500);
    timeline.end();
    expect(times()).toEqual([0, 2_000, 8_000, 9_000, 10_000, 1_000]);
    expect(skips).toEqual([{ count: 5, fromMs: 3_000, toMs: 7_000 }]);
    timeline.end();
    clock.run(10_000);
    expect(times()).toHaveLength(6);
    expect(clock.timers).toEqual([]);
  });

  it("give other tasks their turn, however many observations are due", () => {
    const sensors = Array.from({ length: 25_000 }, (_, index) => index);
    const { clock, timeline, sink } = setUp(sensors.map(() => 1_000));
    const made: number[] = [];
    const takeTurns = () => {
      made.push(sink.messages.length);
      if (sink.messages.length < 25_000) clock.after(0, takeTurns);
    };
    timeline.start();
    clock.after(0, takeTurns);
    clock.run(0);
    expect(made).toEqual([16_384, 25_000]);
    expect(sink.messages.map(({ sensor }) => sensor)).toEqual(sensors);
  });

  it("observe each at its boundaries, for minutes, if there are thousands", () => {
    const intervals = Array.from({ length: 3_000 }, (_, index) => 10_000 + 1_000 * (index % 50));
    const { clock, timeline, sink, lateness } = setUp(intervals, { startMs: midnightMs + 1 });
    timeline.start();
    clock.run(120_000);
    const made = intervals.map(() => 0);
    for (const { sensor, seq, timestampMs } of sink.messages) {
      const interval = intervals[sensor] ?? 0;
      const first = Math.ceil((midnightMs + 1) / interval) * interval;
      if (seq !== made[sensor] || timestampMs !== first + seq * interval) expect.unreachable();
      made[sensor] = seq + 1;
    }
    expect(Math.min(...made.map((count, index) => count * (intervals[index] ?? 0)))).toBeGreaterThan(60_000);
    expect(lateness.quantile(1)).toBe(0);
  });

  it("need no timer if there are none", () => {
    const { clock, timeline } = setUp([]);
    timeline.start();
    expect(clock.timers).toEqual([]);
  });
});

describe("sensors that make all past observations", () => {
  const past = { startMs: midnightMs, makesUp: true };

  it("skip none, however old, and report when they have reached the present", () => {
    const { clock, timeline, times, skips, presents, lateness } = setUp([1_000], {
      ...past,
      clock: new FakeClock(midnightMs + dayMs),
    });
    timeline.start();
    clock.run(500);
    expect(times()).toEqual(multiples(1_000, 86_401, 0));
    expect([skips, presents]).toEqual([[], [86_400]]);
    expect(lateness.count).toBe(1);
    clock.run(10_000);
    expect([times().length, presents.length, lateness.count]).toEqual([86_411, 1, 11]);
  });

  it("wait for room, and continue as soon as there is some", () => {
    let room = 0;
    const { clock, timeline, times } = setUp([1_000], {
      ...past,
      clock: new FakeClock(midnightMs + 60_000),
      hasRoom: () => room-- > 0,
    });
    timeline.start();
    for (let round = 1; round <= 5; round++) {
      clock.run(10);
      expect(times()).toHaveLength(3 * (round - 1));
      expect(clock.timers).toEqual([]);
      room = 3;
      timeline.goOn();
      timeline.goOn();
      expect(clock.timers).toHaveLength(1);
      clock.run(10);
    }
    room = Infinity;
    timeline.goOn();
    clock.run(0);
    expect(times()).toEqual(multiples(1_000, 61, 0));
  });

  it("ignore new room while they do not wait for it, and after they have stopped", () => {
    let hasRoom = true;
    const { clock, timeline, times } = setUp([1_000], {
      ...past,
      clock: new FakeClock(midnightMs),
      hasRoom: () => hasRoom,
    });
    timeline.start();
    clock.run(500);
    timeline.goOn();
    expect(clock.timers).toHaveLength(1);
    hasRoom = false;
    clock.run(1_000);
    expect(clock.timers).toEqual([]);
    timeline.stop();
    timeline.goOn();
    expect(clock.timers).toEqual([]);
    expect(times()).toEqual([0]);
  });

  it("forget held-back observations when they end: the next run makes them again", () => {
    const { clock, timeline, times } = setUp(
      [{ intervalMs: 1_000, sensorFaults: [{ type: "late", by: hourMs, at: ["00:00:01"] }] }],
      { ...past, clock: new FakeClock(midnightMs + 5_000) },
    );
    timeline.start();
    clock.run(0);
    timeline.end();
    expect(times()).toEqual([0, 2_000, 3_000, 4_000, 5_000]);
    expect(clock.timers).toEqual([]);
  });

  it("run faster than the clock by the factor that is set", () => {
    const { clock, timeline, times, lateness, setBacks } = setUp([1_000], { ...past, speed: 100 });
    clock.lateMs = 3;
    timeline.start();
    clock.run(1_000);
    expect(times()).toEqual(multiples(1_000, 100, 0));
    // In milliseconds of the clock, not of the devices.
    expect(lateness.quantile(1)).toBeLessThanOrEqual(4);
    clock.set(-50);
    clock.run(100);
    expect(setBacks).toEqual([]);
    clock.set(-500);
    clock.run(10);
    expect(setBacks).toEqual([expect.closeTo(490, -2)]);
  });
});
