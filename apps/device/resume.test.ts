import { beforeEach, describe, expect, it, vi } from "vitest";
import { dayMs, hourMs } from "../../contract/values/fields";
import type { KafkaClient, ReadBackwardsOptions, BackwardRecord } from "../shared/kafka";
import { partitionOfKey } from "../shared/kafka";
import { createLogger } from "../shared/logger";
import { findWritten, type HistorySettings, isResuming, resumeStreams, type Written } from "./resume";
import { fleetOf, midnightMs, stepUntil, type StreamDescription, streamOf } from "./testing/streams";
import { RecordingSink } from "./testing/recording-sink";

const topic = vi.hoisted(() => ({
  read: (_options: ReadBackwardsOptions): "enough" | "all" | "aborted" => "all",
}));
vi.mock("../shared/kafka", async (original) => ({
  ...(await original<object>()),
  readBackwards: (_kafka: unknown, _topic: string, options: ReadBackwardsOptions) =>
    Promise.resolve(topic.read(options)),
}));

const fleet = fleetOf({ sensors: ["a", "b"] });
const partitionCount = 4;

/** A message of a sensor's observation at a second after midnight. */
function message(
  sensor: string,
  second: number,
  { value, fault, partition, key }: Partial<Parts> = {},
): BackwardRecord {
  const timestamp = new Date(midnightMs + second * 1_000).toISOString();
  const whole = JSON.stringify({ device: "device-1", sensor, boot: 1, seq: second, timestamp, value: 1 });
  const keyBytes = key ?? Buffer.from(sensor);
  return {
    key: keyBytes,
    value: value === null ? null : Buffer.from(value ?? whole),
    partition: partition ?? partitionOfKey(keyBytes, partitionCount),
    offset: 0,
    timeMs: midnightMs,
    header: (name: string) => (name === "fault" && fault !== undefined ? Buffer.from(fault) : undefined),
  } as unknown as BackwardRecord;
}

interface Parts {
  readonly value: string | Buffer | null;
  readonly key: Buffer;
  readonly fault: string;
  readonly partition: number;
}

const label = (sensor: string, second: number, kind: string) =>
  JSON.stringify({
    kinds: [kind],
    device: "device-1",
    sensor,
    boot: 1,
    seq: second,
    observedAt: new Date(midnightMs + second * 1_000).toISOString(),
  });

function find(...messages: BackwardRecord[]) {
  return findIn(fleet, ...messages);
}

async function findIn(fleet: ReturnType<typeof fleetOf>, ...messages: BackwardRecord[]) {
  const streams = fleet.makeStreams(new RecordingSink());
  const enough: boolean[] = [];
  topic.read = ({ onRecord, enough: isEnough }) => {
    for (const each of messages) {
      onRecord(each);
      enough.push(isEnough());
    }
    return "all";
  };
  const logger = createLogger({ app: "device", format: "json", write: () => {} });
  const { signal } = new AbortController();
  const written = await findWritten({} as KafkaClient, "t", fleet, streams, {
    signal,
    logger,
    partitionCount,
  });
  const seconds = (ms: number | undefined) => (ms === undefined ? undefined : (ms - midnightMs) / 1_000);
  return {
    latest: seconds(written?.latestMs),
    earliest: seconds(written?.earliestMs),
    writtenUpTo: streams.map(({ writtenUpToMs }) => seconds(writtenUpToMs)),
    enough,
  };
}

describe("the messages of earlier runs", () => {
  beforeEach(() => {
    topic.read = () => "all";
  });

  it("are none in an empty topic", async () => {
    expect(await find()).toEqual({
      latest: undefined,
      earliest: undefined,
      writtenUpTo: [undefined, undefined],
      enough: [],
    });
  });

  it("are read until the last message of each sensor is found", async () => {
    expect(await find(message("a", 8), message("a", 9), message("b", 7))).toEqual({
      latest: 9,
      earliest: 7,
      writtenUpTo: [9, 7],
      enough: [false, false, true],
    });
  });

  it("are dated by their label where the message itself has a wrong time or is corrupt", async () => {
    const skewed = message("a", 500, { fault: label("a", 3, "clock-skew") });
    const corrupt = message("b", 0, { value: '{"dev', fault: label("b", 4, "corrupt") });
    expect(await find(skewed, corrupt)).toMatchObject({ writtenUpTo: [3, 4], enough: [false, true] });
    const unreadable = message("a", 6, { fault: "{" });
    expect(await find(unreadable)).toMatchObject({ writtenUpTo: [6, undefined] });
  });

  it("are neither those of other keys nor those that are no observations", async () => {
    const others = [message("c", 5), message("a", 5, { value: "{}" }), message("a", 5, { value: null })];
    expect(await find(...others)).toMatchObject({ earliest: undefined, enough: [false, false, false] });
  });

  it("are not those with a key or a value that is not UTF-8", async () => {
    const named = fleetOf({ sensors: ["caf\uFFFD"] });
    const latin = message("caf\uFFFD", 5, { key: Buffer.from("caf\xe9", "latin1") });
    const value = Buffer.from(String(message("caf\uFFFD", 5).value).replace("\uFFFD", "\xe9"), "latin1");
    expect(await findIn(named, latin, message("caf\uFFFD", 5, { value }))).toMatchObject({
      writtenUpTo: [undefined],
    });
    expect(await findIn(named, message("caf\uFFFD", 5))).toMatchObject({ writtenUpTo: [5] });
  });

  it("are found in the current partition of their key, also where the topic had fewer partitions before", async () => {
    const elsewhere = (partitionOfKey(Buffer.from("a"), partitionCount) + 1) % partitionCount;
    const old = message("a", 5, { partition: elsewhere });
    expect(await find(message("b", 6), old, message("a", 6))).toMatchObject({
      writtenUpTo: [6, 6],
      enough: [false, false, true],
    });
  });

  it("are unknown when the search is aborted", async () => {
    topic.read = () => "aborted";
    const logger = createLogger({ app: "device", format: "json", write: () => {} });
    const { signal } = new AbortController();
    const streams = fleet.makeStreams(new RecordingSink());
    const options = { signal, logger, partitionCount };
    expect(await findWritten({} as KafkaClient, "t", fleet, streams, options)).toBeUndefined();
  });
});

const none: Written = { latestMs: undefined, earliestMs: undefined };
const settings = (some: Partial<HistorySettings>): HistorySettings => ({
  backfillMs: 0,
  fromMs: undefined,
  speed: 1,
  ...some,
});

/** A device that has run before. @param written times of the observations whose messages are written, by sensor */
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
  const deviceNowMs = resumeStreams(streams, found, nowMs, settings(history));
  return { sink, streams, deviceNowMs };
}

describe("devices that resume", () => {
  it("are those that have a history, and those whose time runs faster", () => {
    expect(isResuming(settings({}))).toBe(false);
    expect(isResuming(settings({ backfillMs: 1 }))).toBe(true);
    expect(isResuming(settings({ fromMs: 0 }))).toBe(true);
    expect(isResuming(settings({ speed: 2 }))).toBe(true);
  });

  it("begin with their history if nothing is written", () => {
    const nowMs = midnightMs + 300;
    for (const history of [{ backfillMs: dayMs }, { fromMs: nowMs - dayMs }]) {
      const { streams, deviceNowMs } = begin([[], []], history, nowMs);
      for (const stream of streams) expect(stream.nextTimeMs).toBe(midnightMs - dayMs + 1_000);
      expect(deviceNowMs).toBe(nowMs);
    }
    expect(begin([[]], { speed: 60 }, nowMs).streams[0]?.nextTimeMs).toBe(midnightMs + 1_000);
  });

  it("send the same messages whether or not they are killed, at any message of their history", () => {
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

  it("begin together if they were killed soon after their first start, also sensors without a message", () => {
    const first = midnightMs - dayMs;
    const { streams } = begin([[first, first + 1_000], []], { backfillMs: dayMs }, midnightMs + 600_000);
    expect(streams[1]?.nextTimeMs).toBe(first);
  });

  it("give a sensor that was added long after the others a history of its own", () => {
    const long = midnightMs - 30 * dayMs;
    const { streams } = begin([[long, midnightMs - 1_000], []], { backfillMs: dayMs }, midnightMs);
    expect(streams[1]?.nextTimeMs).toBe(midnightMs - dayMs - hourMs);
  });

  it("continue at their own time where it runs faster, ahead of the clock", () => {
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
