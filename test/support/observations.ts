import { hash } from "node:crypto";
import type { FaultLabel, LostLabel } from "../../contract/messages/fault-labels";
import { createKafka, readBackwards, type BackwardRecord } from "../../apps/shared/kafka";
import { createLogger } from "../../apps/shared/logger";

/** An observation as its message has it. */
export interface ObservedMessage {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  /** Undefined where the value is no JSON. */
  readonly value: ObservedValue | undefined;
  readonly bytes: number;
  readonly fault: FaultLabel | undefined;
  readonly lost: LostLabel | undefined;
}

export interface ObservedValue {
  readonly device: string;
  readonly sensor: string;
  readonly boot: number;
  readonly seq: number;
  readonly timestamp: string;
  readonly value: number;
  readonly [field: string]: unknown;
}

/** Reads all messages of a topic, each partition's in order. */
export async function readObservations(bootstrapServers: string, topic: string): Promise<ObservedMessage[]> {
  const messages: ObservedMessage[] = [];
  await forEachMessage(bootstrapServers, topic, (record) => {
    const header = (name: string) => record.header(name)?.toString();
    const [fault, lost] = [header("fault"), header("lost")];
    messages.push({
      partition: record.partition,
      offset: record.offset,
      key: record.key?.toString() ?? "",
      value: valueOf(record),
      bytes: record.value?.length ?? 0,
      fault: fault === undefined ? undefined : (JSON.parse(fault) as FaultLabel),
      lost: lost === undefined ? undefined : (JSON.parse(lost) as LostLabel),
    });
  });
  return messages.sort((one, other) => one.partition - other.partition || one.offset - other.offset);
}

/** A summary of the observations in a span of time, independent of the order of the messages. */
export interface Digest {
  count: number;
  /** The sum of a hash of each observation: device, sensor, time, value and label. */
  sum: number;
}

/** Digests all observations of a topic from a time up to, but without, another one. */
export async function digestOf(
  bootstrapServers: string,
  topic: string,
  [from, until]: readonly [string, string],
): Promise<Digest> {
  const digest: Digest = { count: 0, sum: 0 };
  await forEachMessage(bootstrapServers, topic, (record) => {
    const value = valueOf(record);
    if (value === undefined || value.timestamp < from || value.timestamp >= until) return;
    const { device, sensor, timestamp, label } = value;
    const text = [device, sensor, timestamp, value.value, label].join("\n");
    digest.count++;
    // 48 bits are exact in a double, and so is the sum of two of them.
    digest.sum = (digest.sum + hash("md5", text, "buffer").readUIntBE(0, 6)) % 2 ** 48;
  });
  return digest;
}

async function forEachMessage(
  bootstrapServers: string,
  topic: string,
  onRecord: (record: BackwardRecord) => void,
): Promise<void> {
  const logger = createLogger({ app: "test", format: "pretty", write: () => {} });
  const kafka = createKafka({ bootstrapServers: bootstrapServers.split(","), clientId: "test", logger });
  const signal = AbortSignal.timeout(60_000);
  const end = await readBackwards(kafka, topic, { onRecord, enough: () => false, signal });
  if (end !== "all") throw new Error(`topic ${topic} could not be read within 60 s`);
}

function valueOf({ value }: BackwardRecord): ObservedValue | undefined {
  try {
    return JSON.parse(value?.toString() ?? "") as ObservedValue;
  } catch {
    return undefined;
  }
}

/** Observations by device and sensor, in the order of their messages. */
export function bySensor(messages: readonly ObservedMessage[]): Map<string, ObservedValue[]> {
  const values = messages.map(({ value }) => value).filter((value) => value !== undefined);
  return Map.groupBy(values, ({ device, sensor }) => `${device}/${sensor}`);
}

/** The times of observations, in milliseconds since 1970. */
export const timesOf = (values: readonly ObservedValue[]) =>
  values.map(({ timestamp }) => Date.parse(timestamp));
