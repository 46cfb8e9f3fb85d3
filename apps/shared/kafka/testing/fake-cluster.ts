import { readRecords } from "../record-batch/producer-records";
import type { ProducerRequests } from "../produce/requests";
import type { ClusterDescription } from "../requests/metadata";
import type { ProducerId } from "../requests/init-producer-id";
import type { ProducedPartition, ProduceRequest } from "../requests/produce";

export const errors = {
  outOfOrderSequence: 45,
  duplicateSequence: 46,
  unknownTopicOrPartition: 3,
  notLeader: 6,
  notEnoughReplicas: 19,
  topicAuthorizationFailed: 29,
  messageTooLarge: 10,
  unknownProducerId: 59,
} as const;

/** One batch that came to a partition, whatever became of it. */
export interface Attempt {
  readonly leader: number;
  readonly partition: number;
  readonly producerId: bigint;
  readonly baseSequence: number;
  readonly count: number;
}

/** What is done with an attempt instead of writing it; `lost answer` is written. */
export type Fate = number | "lost answer" | "no answer" | "broken";

interface Partition {
  leader: number;
  readonly values: string[];
  /** By producer id: its batches, of which a broker really remembers five. */
  readonly batches: Map<
    bigint,
    { readonly sequence: number; readonly count: number; readonly offset: number }[]
  >;
}

/** Brokers that keep count of producers' sequences as Kafka's do (ProducerStateManager), and fail when a test says so. */
export class FakeCluster implements ProducerRequests {
  readonly attempts: Attempt[] = [];
  /** Partitions of each request, with the broker that got it. */
  readonly requests: string[] = [];
  /** The fates of the next attempts at a partition; after them all go well. */
  readonly fates = new Map<number, Fate[]>();
  /** What is thrown instead of the next answers to other questions. */
  readonly describeErrors: Error[] = [];
  readonly producerIdErrors: Error[] = [];
  /** Called after each description. */
  onDescribed: (times: number) => void = () => {};
  partitions: Partition[];
  topicError = 0;
  producerIds = 0;
  closed = 0;
  private described = 0;

  constructor(leaders: readonly number[]) {
    this.partitions = leaders.map(newPartition);
  }

  /** Another topic under the same name. */
  makeAnew(leaders: readonly number[]): void {
    this.partitions = leaders.map(newPartition);
  }

  /** What stands in a partition. */
  values(partition: number): string[] {
    return this.partitions[partition]?.values ?? [];
  }

  describe(topic: string): Promise<ClusterDescription> {
    const error = this.describeErrors.shift();
    if (error !== undefined) return Promise.reject(error);
    const partitions = this.partitions.map(({ leader }, partition) => ({
      partition,
      leader,
      replicas: [leader],
      inSyncReplicas: [leader],
    }));
    const described = { errorCode: this.topicError, name: topic, topicId: undefined, partitions };
    const answer = { clusterId: "c", brokers: [], controllerId: 1, topics: [described] };
    return Promise.resolve(answer).finally(() => this.onDescribed(++this.described));
  }

  newProducerId(): Promise<ProducerId> {
    const error = this.producerIdErrors.shift();
    if (error !== undefined) return Promise.reject(error);
    return Promise.resolve({ producerId: BigInt(++this.producerIds), producerEpoch: 0 });
  }

  async produce(leader: number, { batches }: ProduceRequest): Promise<readonly ProducedPartition[]> {
    this.requests.push(`${leader}: ${[...batches.keys()].join(" ")}`);
    const answers: ProducedPartition[] = [];
    let ending: Fate | undefined;
    for (const [partition, batch] of batches) {
      const fate = this.fates.get(partition)?.shift();
      const attempt = { leader, partition, ...headerOf(batch) };
      this.attempts.push(attempt);
      if (typeof fate === "number") answers.push(refused(partition, fate));
      else if (fate === undefined || fate === "lost answer") answers.push(this.write(attempt, batch));
      if (typeof fate === "string") ending = fate;
    }
    // Answers come in a later turn of the event loop, as they do from a network.
    await new Promise((resolve) => setImmediate(resolve));
    if (ending === "no answer") return new Promise(() => {});
    if (ending !== undefined) throw connectionLost();
    return answers;
  }

  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }

  private write(attempt: Attempt, batch: Buffer): ProducedPartition {
    const { partition: index, leader, producerId, baseSequence: sequence, count } = attempt;
    const partition = this.partitions[index];
    if (partition === undefined) return refused(index, errors.unknownTopicOrPartition);
    if (partition.leader !== leader) return refused(index, errors.notLeader);
    const batches = partition.batches.get(producerId) ?? [];
    const same = batches.find((known) => known.sequence === sequence && known.count === count);
    if (same !== undefined) return produced(index, same.offset);
    const last = batches.at(-1);
    // Who is not known may begin anywhere (since Kafka 2.5).
    if (last !== undefined && sequence !== last.sequence + last.count)
      return refused(index, errors.outOfOrderSequence);
    const offset = partition.values.length;
    partition.batches.set(producerId, [...batches, { sequence, count, offset }]);
    partition.values.push(...valuesOf(batch, count));
    return produced(index, offset);
  }
}

export function connectionLost(): Error {
  return Object.assign(new Error("connection lost"), { name: "KafkaJSConnectionError" });
}

function newPartition(leader: number): Partition {
  return { leader, values: [], batches: new Map() };
}

function headerOf(batch: Buffer) {
  return {
    producerId: batch.readBigInt64BE(43),
    baseSequence: batch.readInt32BE(53),
    count: batch.readInt32BE(57),
  };
}

function valuesOf(batch: Buffer, count: number): string[] {
  const encoded = { count, baseTimestampMs: 0, encodedRecords: () => batch.subarray(61) };
  return Array.from(readRecords(encoded), ({ value }) => Buffer.from(value).toString());
}

const produced = (partition: number, offset: number): ProducedPartition => ({
  partition,
  errorCode: 0,
  errorMessage: undefined,
  baseOffset: BigInt(offset),
});
const refused = (partition: number, errorCode: number): ProducedPartition => ({
  partition,
  errorCode,
  errorMessage: undefined,
  baseOffset: undefined,
});
