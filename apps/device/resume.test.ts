import { beforeEach, describe, expect, it, vi } from "vitest";
import type { KafkaClient, ReadBackwardsOptions, BackwardRecord } from "../shared/kafka";
import { partitionOfKey } from "../shared/kafka";
import { createLogger } from "../shared/logger";
import { findWritten } from "./resume";
import { fleetOf } from "./testing/fleets";
import { RecordingSink } from "./testing/recording-sink";
import { midnightMs } from "./testing/streams";

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

/** A message of a sensor, observed so many seconds after midnight. */
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

describe("what is written already", () => {
  beforeEach(() => {
    topic.read = () => "all";
  });

  it("is nothing in a topic without messages", async () => {
    expect(await find()).toEqual({
      latest: undefined,
      earliest: undefined,
      writtenUpTo: [undefined, undefined],
      enough: [],
    });
  });

  it("is each sensor's last message, and it is enough once each has one", async () => {
    expect(await find(message("a", 8), message("a", 9), message("b", 7))).toEqual({
      latest: 9,
      earliest: 7,
      writtenUpTo: [9, 7],
      enough: [false, false, true],
    });
  });

  it("is told by the label, where the message itself is wrong about its time or is none", async () => {
    const skewed = message("a", 500, { fault: label("a", 3, "clock-skew") });
    const corrupt = message("b", 0, { value: '{"dev', fault: label("b", 4, "corrupt") });
    expect(await find(skewed, corrupt)).toMatchObject({ writtenUpTo: [3, 4], enough: [false, true] });
    const unreadable = message("a", 6, { fault: "{" });
    expect(await find(unreadable)).toMatchObject({ writtenUpTo: [6, undefined] });
  });

  it("is nothing of others, and of no observations", async () => {
    const others = [message("c", 5), message("a", 5, { value: "{}" }), message("a", 5, { value: null })];
    expect(await find(...others)).toMatchObject({ earliest: undefined, enough: [false, false, false] });
  });

  it("is nothing of what is not UTF-8, be it the key or the value", async () => {
    const named = fleetOf({ sensors: ["caf\uFFFD"] });
    const latin = message("caf\uFFFD", 5, { key: Buffer.from("caf\xe9", "latin1") });
    const value = Buffer.from(String(message("caf\uFFFD", 5).value).replace("\uFFFD", "\xe9"), "latin1");
    expect(await findIn(named, latin, message("caf\uFFFD", 5, { value }))).toMatchObject({
      writtenUpTo: [undefined],
    });
    expect(await findIn(named, message("caf\uFFFD", 5))).toMatchObject({ writtenUpTo: [5] });
  });

  it("is looked for in the partition where it is now, for what was written before there were more of them", async () => {
    const elsewhere = (partitionOfKey(Buffer.from("a"), partitionCount) + 1) % partitionCount;
    const old = message("a", 5, { partition: elsewhere });
    expect(await find(message("b", 6), old, message("a", 6))).toMatchObject({
      writtenUpTo: [6, 6],
      enough: [false, false, true],
    });
  });

  it("is not known when the search is given up", async () => {
    topic.read = () => "aborted";
    const logger = createLogger({ app: "device", format: "json", write: () => {} });
    const { signal } = new AbortController();
    const streams = fleet.makeStreams(new RecordingSink());
    const options = { signal, logger, partitionCount };
    expect(await findWritten({} as KafkaClient, "t", fleet, streams, options)).toBeUndefined();
  });
});
