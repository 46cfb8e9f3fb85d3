import { doublingDelay } from "../../retry";
import { delay } from "../../shutdown";
import { type ProducerState, readBatch } from "../record-batch/batch-header";
import { type CompressedRecords, RecordBatch } from "../record-batch/batch-writer";
import { readRecords } from "../record-batch/read-records";
import type { KafkaMessage } from "../record-batch/record-view";
import type { ProducedPartition } from "../requests/produce";
import { brokerError, errorNameOf, kafkaReason } from "../transport/errors";
import { partitionOfKey } from "./partitioner";
import {
  fatalError,
  mayBeAppended,
  type ProducerIdentity,
  type ProducerSession,
  verdictOf,
} from "./producer-session";

/** Shorter than the client waits for any answer. */
const brokerTimeoutMs = 8000;
/** Brokers break a connection for a request of more than 100 MB (`socket.request.max.bytes`), and kafkajs copies each request. */
const maxRequestBytes = 8_388_608;
/** A broker that has just started may not know all partitions yet; records move to others only if theirs is gone for good. */
const maxAbsences = 30;

/** How long to wait after so many failures: little at first, because a leader that moved is known soon; then a second. */
export const retryDelayMs = doublingDelay(100, 1000);

/** One batch on its way to one partition. */
export class PendingBatch {
  /** `sent`: its request is under way. `waiting`: an attempt failed, and the next is not due yet. */
  state: "ready" | "sent" | "waiting" = "ready";
  failures = 0;
  /** How many times the brokers did not mention the partition. */
  absences = 0;
  /** Whether an attempt failed in such a way that the batch may be in the log nevertheless. */
  mayBeAppended = false;
  private first: { readonly identity: ProducerIdentity; readonly state: ProducerState } | undefined;

  constructor(
    readonly partition: number,
    readonly batch: RecordBatch,
    private readonly compressed: CompressedRecords | undefined,
    /** Called once, when the batch is in the log. */
    readonly onAppended: (baseOffset: bigint | undefined) => void,
  ) {}

  /** Whether the batch was sent with a producer state that the brokers may know. */
  get hasState(): boolean {
    return this.first !== undefined;
  }

  /**
   * The batch as a broker takes it, with the producer state of its first attempt, by which brokers that have it already recognise it.
   * @param current the identity for the first attempt
   */
  seal(current: ProducerIdentity): Buffer {
    const { state } = (this.first ??= { identity: current, state: current.stateFor(this.partition) });
    return this.batch.seal(state, this.compressed);
  }

  appended(baseOffset: bigint | undefined): void {
    this.first?.identity.appended(this.partition, this.first.state, this.batch.count);
    this.onAppended(baseOffset);
  }

  /** Drops the producer state, because the brokers do not know its producer any more. @returns that producer */
  forget(): ProducerIdentity | undefined {
    const identity = this.first?.identity;
    this.first = undefined;
    return identity;
  }
}

/**
 * Sends batches to the leaders of their partitions. The batches of one leader share a request, one request at a time. A batch that fails
 * is repeated on its own, however long after the others. A partition's batches are sent one after the other.
 */
export class Sending {
  private readonly busy = new Set<number>();
  private readonly ended = Promise.withResolvers<"acknowledged" | "aborted">();
  private isOver = false;

  constructor(
    private readonly session: ProducerSession,
    /** Batches that are not in the log yet; those of one partition in the order of the log. */
    private readonly pending: PendingBatch[],
    private readonly signal: AbortSignal,
  ) {}

  /** Whether it is unknown if some batches are in the log. */
  get isInDoubt(): boolean {
    return this.pending.some(({ hasState }) => hasState);
  }

  /** Resolves when all batches are in the log, or when the signal aborts. @throws Error if repeating cannot help */
  async run(): Promise<"acknowledged" | "aborted"> {
    const onAbort = () => this.ended.resolve("aborted");
    this.signal.addEventListener("abort", onAbort, { once: true });
    try {
      if (this.signal.aborted) return "aborted";
      this.dispatch();
      return await this.ended.promise;
    } finally {
      this.isOver = true;
      this.signal.removeEventListener("abort", onAbort);
    }
  }

  /** Sends everything that can be sent now. */
  private dispatch(): void {
    if (this.isOver) return;
    if (this.pending.length === 0) this.ended.resolve("acknowledged");
    const { leaders, identity, topic } = this.session;
    const unprepared: PendingBatch[] = [];
    const byLeader = new Map<number, PendingBatch[]>();
    for (const pending of this.due()) {
      const leader = leaders.leaderOf(pending.partition);
      if (leader === "no partition") this.absent(pending);
      else if (leader === "no topic") this.retry([pending], `topic "${topic}" does not exist`);
      else if (leader === "no leader") this.retry([pending], "a partition has no leader");
      else if (identity === undefined) unprepared.push(pending);
      else if (!this.busy.has(leader)) byLeader.set(leader, [...(byLeader.get(leader) ?? []), pending]);
    }
    if (unprepared.length > 0) void this.makeReady(unprepared, 0);
    if (identity === undefined) return;
    for (const [leader, batches] of byLeader) void this.request(leader, fittingRequest(batches), identity);
  }

  /** The first batch of each partition, if it is ready. */
  private due(): PendingBatch[] {
    const first = new Map<number, PendingBatch>();
    for (const pending of this.pending) {
      if (!first.has(pending.partition)) first.set(pending.partition, pending);
    }
    return [...first.values()].filter(({ state }) => state === "ready");
  }

  private async request(leader: number, sent: PendingBatch[], identity: ProducerIdentity): Promise<void> {
    const { topic, requests } = this.session;
    this.busy.add(leader);
    for (const pending of sent) pending.state = "sent";
    const batches = new Map(sent.map((pending) => [pending.partition, pending.seal(identity)]));
    const answers = await requests
      .produce(leader, { topic, batches, timeoutMs: brokerTimeoutMs })
      .catch((error: unknown) => this.unanswered(sent, error));
    this.busy.delete(leader);
    if (this.isOver) return;
    try {
      if (answers !== undefined) this.answered(sent, answers);
      this.dispatch();
    } catch (error) {
      // Only the caller's callbacks can have thrown.
      this.ended.reject(error);
    }
  }

  private unanswered(sent: readonly PendingBatch[], error: unknown): void {
    for (const pending of sent) pending.mayBeAppended = true;
    this.failed(sent, error);
  }

  /** An error that concerns no partition in particular. */
  private failed(batches: readonly PendingBatch[], error: unknown): void {
    if (this.isOver) return;
    const fatal = fatalError(this.session.topic, error);
    if (fatal === undefined) this.retry(batches, kafkaReason(error));
    else this.ended.reject(fatal);
  }

  private answered(sent: readonly PendingBatch[], answers: readonly ProducedPartition[]): void {
    const byPartition = new Map(answers.map((answer) => [answer.partition, answer]));
    const retried = new Map<string, PendingBatch[]>();
    const unknown = new Map<number, PendingBatch[]>();
    for (const pending of sent) {
      const answer = byPartition.get(pending.partition) ?? unknownServerError(pending.partition);
      const verdict = verdictOf(answer.errorCode);
      if (verdict === "appended") this.appended(pending, answer.baseOffset);
      else if (verdict === "unknown producer") add(unknown, answer.errorCode, pending);
      else if (verdict === "fatal") this.ended.reject(fatalError(this.session.topic, brokerError(answer)));
      else {
        pending.mayBeAppended ||= mayBeAppended(answer.errorCode);
        add(retried, this.reasonOf(answer), pending);
      }
    }
    for (const [errorCode, batches] of unknown) this.becomeNewProducer(batches, errorNameOf(errorCode));
    for (const [reason, batches] of retried) this.retry(batches, reason);
  }

  private reasonOf(answer: ProducedPartition): string {
    const isUnknown = errorNameOf(answer.errorCode) === "UNKNOWN_TOPIC_OR_PARTITION";
    return isUnknown ? `topic "${this.session.topic}" does not exist` : kafkaReason(brokerError(answer));
  }

  private appended(pending: PendingBatch, baseOffset: bigint | undefined): void {
    this.pending.splice(this.pending.indexOf(pending), 1);
    pending.appended(baseOffset);
  }

  private becomeNewProducer(batches: readonly PendingBatch[], reason: string): void {
    const inDoubt = batches.filter((pending) => pending.mayBeAppended);
    const repeated = inDoubt.reduce((sum, { batch }) => sum + batch.count, 0);
    const identities = new Set(batches.map((pending) => pending.forget()));
    for (const identity of identities) this.session.forget(identity, reason, repeated);
    this.retryLater(batches);
  }

  /** The brokers do not mention the batch's partition. */
  private absent(pending: PendingBatch): void {
    const { topic, leaders } = this.session;
    pending.absences += 1;
    if (pending.absences < maxAbsences) {
      this.retry([pending], `topic "${topic}" has lost partitions`);
      return;
    }
    leaders.acceptAbsence();
    const parts = [...splitByKey(pending.batch, leaders.partitionCount)];
    let missing = parts.length;
    const onAppended = () => {
      missing -= 1;
      if (missing === 0) pending.onAppended(undefined);
    };
    const moved = parts.map(
      ([partition, batch]) => new PendingBatch(partition, batch, undefined, onAppended),
    );
    // Behind the batches that go to those partitions anyway, which may be under way.
    this.pending.splice(this.pending.indexOf(pending), 1);
    this.pending.push(...moved);
    queueMicrotask(() => this.dispatch());
  }

  private retry(batches: readonly PendingBatch[], reason: string): void {
    this.session.onRetry(reason);
    this.retryLater(batches);
  }

  private retryLater(batches: readonly PendingBatch[]): void {
    for (const pending of batches) pending.failures += 1;
    const failures = Math.max(...batches.map((pending) => pending.failures));
    void this.makeReady(batches, retryDelayMs(failures));
  }

  private async makeReady(batches: readonly PendingBatch[], afterMs: number): Promise<void> {
    for (const pending of batches) pending.state = "waiting";
    await delay(afterMs, this.signal);
    if (this.isOver || this.signal.aborted) return;
    try {
      await this.session.prepare();
    } catch (error) {
      this.failed(batches, error);
      return;
    }
    for (const pending of batches) pending.state = "ready";
    this.dispatch();
  }
}

/** The first batches, as many as one request holds. */
function fittingRequest(batches: PendingBatch[]): PendingBatch[] {
  let bytes = 0;
  const end = batches.findIndex(({ batch }, index) => (bytes += batch.bytes) > maxRequestBytes && index > 0);
  return end < 0 ? batches : batches.slice(0, end);
}

/** Stands for the missing answer about a partition. */
function unknownServerError(partition: number): ProducedPartition {
  return { partition, errorCode: -1, errorMessage: undefined, baseOffset: undefined };
}

function add<Key>(groups: Map<Key, PendingBatch[]>, key: Key, pending: PendingBatch): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [pending]);
  else group.push(pending);
}

/** A record's position among others changes its length by a few bytes. */
const maxGrowthBytes = 20;
const noState: ProducerState = { producerId: -1n, producerEpoch: -1, baseSequence: -1 };
const empty = Buffer.alloc(0);

/** Distributes the records of a batch over a topic's partitions by their keys. Records of one key keep their order. */
export function splitByKey(batch: RecordBatch, partitionCount: number): Map<number, RecordBatch> {
  const limitBytes = batch.bytes + maxGrowthBytes * batch.count;
  const parts = new Map<number, RecordBatch>();
  const stored = readBatch(batch.seal(noState));
  for (const message of readRecords(stored, stored.records)) {
    const { key, value } = message;
    const partition = partitionOfKey(key ?? empty, partitionCount);
    let part = parts.get(partition);
    if (part === undefined) parts.set(partition, (part = new RecordBatch(limitBytes)));
    const headers = headersOf(message);
    part.append(Number(message.timestamp), key ?? empty, value ?? empty, value?.length ?? 0, headers);
  }
  return parts;
}

function headersOf({ headers = {} }: KafkaMessage): { readonly key: string; readonly value: string }[] {
  return Object.entries(headers).flatMap(([key, values]) =>
    [values ?? []].flat().map((value) => ({ key, value: String(value) })),
  );
}
