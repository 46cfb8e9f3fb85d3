import type { ProducerRequests } from "../produce/producer-session";
import { readBatch } from "../record-batch/batch-header";
import { readRecords } from "../record-batch/read-records";
import type { ProducerId } from "../requests/init-producer-id";
import type { ClusterDescription } from "../requests/metadata";
import type { ProducedPartition, ProduceRequest } from "../requests/produce";
import { KafkaError } from "../transport/errors";

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

/** One batch that came to a partition, whatever its fate was. */
export interface Attempt {
  readonly leader: number;
  readonly partition: number;
  readonly producerId: bigint;
  readonly baseSequence: number;
  readonly count: number;
}

/** What happens to an attempt instead of being appended; one with a `lost answer` is appended. */
export type Fate = number | "lost answer" | "no answer" | "broken";

interface Partition {
  leader: number;
  readonly values: string[];
  /** By producer id: its batches. A real broker remembers five. */
  readonly batches: Map<
    bigint,
    { readonly sequence: number; readonly count: number; readonly offset: number }[]
  >;
}

/** Brokers that count producers' sequences as Kafka does (ProducerStateManager), and fail when a test says so. */
export class FakeCluster implements ProducerRequests {
  readonly attempts: Attempt[] = [];
  /** The partitions of each request, with the broker that got it. */
  readonly requests: string[] = [];
  /** The fates of the next attempts at a partition; later attempts succeed. */
  readonly fates = new Map<number, Fate[]>();
  /** Errors instead of the next answers to other requests. */
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

  /** The values in a partition. */
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
    // As from a network, answers come in a later turn of the event loop.
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
    // An unknown producer may begin anywhere (since Kafka 2.5).
    if (last !== undefined && sequence !== last.sequence + last.count)
      return refused(index, errors.outOfOrderSequence);
    const offset = partition.values.length;
    partition.batches.set(producerId, [...batches, { sequence, count, offset }]);
    partition.values.push(...valuesOf(batch));
    return produced(index, offset);
  }
}

export function connectionLost(): Error {
  return new KafkaError("CONNECTION_FAILED", "connection lost");
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

function valuesOf(bytes: Buffer): string[] {
  const batch = readBatch(bytes);
  return readRecords(batch, batch.records).map(({ value }) => String(value));
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
