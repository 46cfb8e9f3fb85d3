import { describe, expect, it } from "vitest";
import { dayMs, hourMs } from "../../contract/values/fields";
import { type HistorySettings, isResuming, takeUp } from "./history";
import type { Written } from "./resume";
import { RecordingSink } from "./testing/recording-sink";
import { midnightMs, type StreamDescription, stepUntil, streamOf } from "./testing/streams";

const none: Written = { latestMs: undefined, earliestMs: undefined };
const settings = (some: Partial<HistorySettings>): HistorySettings => ({
  backfillMs: 0,
  fromMs: undefined,
  speed: 1,
  ...some,
});

/** A device that was at some point already: the times of which messages are written, for each sensor. */
function begin(written: readonly (readonly number[])[], history: Partial<HistorySettings>, nowMs: number) {
  const sink = new RecordingSink();
  const faults: StreamDescription["sensorFaults"] = [{ type: "late", by: 5_000, probability: 0.3 }];
  const streams = written.map((times, index) => {
    const stream = streamOf({ index, seed: `${index}`, intervalMs: 1_000, sensorFaults: faults }, sink);
    for (const time of times) stream.noteWritten(time, true);
    return stream;
  });
  const all = written.flat();
  const found =
    all.length === 0
      ? none
      : {
          latestMs: Math.max(...streams.map(({ writtenUpToMs }) => writtenUpToMs ?? -Infinity)),
          earliestMs: Math.min(...all),
        };
  const deviceNowMs = takeUp(streams, found, nowMs, settings(history));
  return { sink, streams, deviceNowMs };
}

describe("devices", () => {
  it("go on where they were if they have a history or their time runs faster", () => {
    expect(isResuming(settings({}))).toBe(false);
    expect(isResuming(settings({ backfillMs: 1 }))).toBe(true);
    expect(isResuming(settings({ fromMs: 0 }))).toBe(true);
    expect(isResuming(settings({ speed: 2 }))).toBe(true);
  });

  it("begin with their history, if nothing is written", () => {
    const nowMs = midnightMs + 300;
    for (const history of [{ backfillMs: dayMs }, { fromMs: nowMs - dayMs }]) {
      const { streams, deviceNowMs } = begin([[], []], history, nowMs);
      for (const stream of streams) expect(stream.nextTimeMs).toBe(midnightMs - dayMs + 1_000);
      expect(deviceNowMs).toBe(nowMs);
    }
    expect(begin([[]], { speed: 60 }, nowMs).streams[0]?.nextTimeMs).toBe(midnightMs + 1_000);
  });

  it("send the same whether they are killed at any message of their history or not", () => {
    const nowMs = midnightMs + 60_000;
    const history = { fromMs: midnightMs };
    const whole = begin([[], []], history, nowMs);
    for (const stream of whole.streams) stepUntil(stream, nowMs);
    const timesOf = (sink: RecordingSink, sensor: number) =>
      sink.messages.filter((message) => message.sensor === sensor).map(({ observedAtMs }) => observedAtMs);
    const [first, second] = [timesOf(whole.sink, 0), timesOf(whole.sink, 1)];
    for (let cut = 1; cut < first.length; cut++) {
      const { sink, streams } = begin([first.slice(0, cut), second.slice(0, cut)], history, nowMs);
      for (const stream of streams) stepUntil(stream, nowMs);
      expect(timesOf(sink, 0)).toEqual(first.slice(cut));
      expect(timesOf(sink, 1)).toEqual(second.slice(cut));
    }
  });

  it("were killed soon after their first start: sensors without a message begin with the others", () => {
    const first = midnightMs - dayMs;
    const { streams } = begin([[first, first + 1_000], []], { backfillMs: dayMs }, midnightMs + 600_000);
    expect(streams[1]?.nextTimeMs).toBe(first);
  });

  it("got another sensor long after: it has a history of its own, not that of the others", () => {
    const long = midnightMs - 30 * dayMs;
    const { streams } = begin([[long, midnightMs - 1_000], []], { backfillMs: dayMs }, midnightMs);
    expect(streams[1]?.nextTimeMs).toBe(midnightMs - dayMs - hourMs);
  });

  it("whose time runs faster go on where that was, which is after the clock's", () => {
    const reached = midnightMs + 10 * dayMs;
    const { streams, deviceNowMs } = begin([[reached]], { speed: 100 }, midnightMs);
    expect(deviceNowMs).toBeGreaterThanOrEqual(reached);
    expect(deviceNowMs).toBeLessThanOrEqual(reached + 5_000);
    expect(streams[0]?.nextTimeMs).toBeGreaterThan(reached);
    const slower = begin([[midnightMs - dayMs]], { speed: 100 }, midnightMs);
    expect(slower.deviceNowMs).toBe(midnightMs);
    expect(slower.streams[0]?.nextTimeMs).toBeLessThan(midnightMs - dayMs + 10_000);
  });
});
