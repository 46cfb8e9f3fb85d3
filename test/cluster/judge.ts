import type { Observation } from "../../contract/messages/observation";
import type { TopicMessage } from "../support/kafka";
import type { DeviceLife } from "./device-log";

/** A device and its log. */
export interface DeviceRecord {
  readonly device: string;
  readonly topic: string;
  readonly lives: readonly DeviceLife[];
}

/** The result of a judgement; everything is correct if `problems` is empty. */
export interface Judgement {
  readonly problems: readonly string[];
  readonly acknowledged: number;
  readonly messages: number;
}

/** An observation, and where its message is. */
interface Stored {
  readonly partition: number;
  readonly offset: number;
  readonly observation: Observation;
}

/**
 * Checks the promises of a device's producer against the topics, message by message:
 *
 * - Nothing is lost: every acknowledged observation is at the offset that was acknowledged, and each sensor has every
 *   observation up to the last acknowledged one.
 * - No observation is repeated within one process of its device (which `boot` names).
 * - Order is kept: the observations of one process and sensor are in one partition, in ascending order.
 *
 * @param messages all messages of the topics, by `topic/partition/offset`, read after the devices' logs
 */
export function judgeDelivery(
  devices: readonly DeviceRecord[],
  messages: ReadonlyMap<string, TopicMessage>,
): Judgement {
  const stored = storedByDevice(messages);
  const problems: string[] = [];
  for (const record of devices) {
    const own = stored.get(`${record.topic} of ${record.device}`) ?? [];
    const lastAcknowledged = new Map<string, number>();
    const boots = new Set<number>();
    for (const [index, life] of record.lives.entries()) {
      problems.push(...logProblems(record.device, index, life));
      const boot = bootOf(record, life, messages);
      if (boot === undefined) {
        if (life.length > 0)
          problems.push(`${record.device}, life ${index + 1}: nothing acknowledged is stored`);
        continue;
      }
      if (boots.has(boot))
        problems.push(`${record.device}, life ${index + 1}: boot ${boot} is an earlier life's`);
      boots.add(boot);
      problems.push(...lossProblems(record, boot, life, messages, own));
      for (const { sensor, seq } of life) lastAcknowledged.set(sensorLife(boot, sensor), seq);
    }
    problems.push(...sequenceProblems(record.device, own, lastAcknowledged));
  }
  const acknowledged = devices.flatMap(({ lives }) => lives).reduce((sum, life) => sum + life.length, 0);
  return { problems, acknowledged, messages: messages.size };
}

const sensorLife = (boot: number, sensor: string) => `${sensor} since ${boot}`;

/** The log must not have lost lines: their acknowledgements could not be checked. */
function logProblems(device: string, index: number, life: DeviceLife): string[] {
  const problems: string[] = [];
  const next = new Map<string, number>();
  for (const { sensor, seq } of life) {
    const expected = next.get(sensor) ?? 0;
    if (seq !== expected) {
      problems.push(`${device}/${sensor}, life ${index + 1}: its log goes from #${expected - 1} to #${seq}`);
    }
    next.set(sensor, seq + 1);
  }
  return problems;
}

/** The boot of a process, from the first message that is where it was acknowledged. */
function bootOf(
  { device, topic }: DeviceRecord,
  life: DeviceLife,
  messages: ReadonlyMap<string, TopicMessage>,
): number | undefined {
  for (const { sensor, seq, partition, offset } of life) {
    const message = messages.get(`${topic}/${partition}/${offset}`);
    if (message === undefined) continue;
    const found = observationOf(message);
    if (found.device === device && found.sensor === sensor && found.seq === seq) return found.boot;
  }
  return undefined;
}

function lossProblems(
  { device, topic }: DeviceRecord,
  boot: number,
  life: DeviceLife,
  messages: ReadonlyMap<string, TopicMessage>,
  own: readonly Stored[],
): string[] {
  const places = new Set(own.map(({ partition, observation }) => identity(observation, partition)));
  return life.flatMap(({ sensor, seq, partition, offset }) => {
    const wanted = identity({ device, boot, sensor, seq }, partition);
    const what = `lost: ${device}/${sensor} #${seq} was acknowledged`;
    if (offset === undefined)
      return places.has(wanted) ? [] : [`${what} in ${topic}/${partition}, and is not there`];
    const message = messages.get(`${topic}/${partition}/${offset}`);
    if (message === undefined) return [`${what} at ${topic}/${partition}/${offset}, where nothing is`];
    const found = observationOf(message);
    if (identity(found, partition) === wanted) return [];
    return [
      `${what} at ${topic}/${partition}/${offset}, where ${found.device}/${found.sensor} #${found.seq} since ${found.boot} is`,
    ];
  });
}

function identity(of: Pick<Observation, "device" | "boot" | "sensor" | "seq">, partition: number): string {
  return `${of.device}/${of.sensor} since ${of.boot} #${of.seq} in ${partition}`;
}

function sequenceProblems(
  device: string,
  own: readonly Stored[],
  lastAcknowledged: ReadonlyMap<string, number>,
): string[] {
  const sequences = Map.groupBy(own, ({ observation: { boot, sensor } }) => sensorLife(boot, sensor));
  return [...sequences].flatMap(([life, sequence]) => {
    const name = `${device}/${life}`;
    const problems: string[] = [];
    const partitions = new Set(sequence.map(({ partition }) => partition));
    if (partitions.size > 1)
      problems.push(`order: ${name} is in partitions ${[...partitions].sort().join(", ")}`);
    const seen = new Set<number>();
    let highest = -1;
    for (const { partition, offset, observation } of sequence) {
      const what = `${name} #${observation.seq} at ${partition}/${offset}`;
      if (seen.has(observation.seq)) problems.push(`twice: ${what}`);
      else if (observation.seq < highest) problems.push(`order: ${what} comes after #${highest}`);
      seen.add(observation.seq);
      highest = Math.max(highest, observation.seq);
    }
    for (let seq = 0; seq <= (lastAcknowledged.get(life) ?? -1); seq++) {
      if (!seen.has(seq))
        problems.push(`lost: ${name} #${seq} is nowhere, though a later one was acknowledged`);
    }
    return problems;
  });
}

/** Messages by topic and device, in the order in which each partition has them. */
function storedByDevice(messages: ReadonlyMap<string, TopicMessage>): Map<string, Stored[]> {
  const stored = new Map<string, Stored[]>();
  for (const message of messages.values()) {
    const observation = observationOf(message);
    const key = `${message.topic} of ${observation.device}`;
    const list = stored.get(key) ?? [];
    list.push({ partition: message.partition, offset: message.offset, observation });
    stored.set(key, list);
  }
  for (const list of stored.values()) {
    list.sort((one, other) => one.partition - other.partition || one.offset - other.offset);
  }
  return stored;
}

function observationOf({ value }: TopicMessage): Observation {
  return JSON.parse(value) as Observation;
}
