import { delay } from "../../shutdown";
import { kafkaReason } from "../transport/errors";
import type { ProducedPartition } from "../requests/produce";
import { errorTypeOf, refusalOf } from "../requests/refusal";
import { mayBeWritten, outcomeOf } from "./outcome";
import { fatalError } from "./fatal-error";
import type { ProducerIdentity } from "./producer-identity";
import type { ProducerSession } from "./producer-session";
import { PendingBatch } from "./pending-batch";
import { splitByKey } from "./split-batch";

/** Shorter than the client waits for any answer. */
const brokerTimeoutMs = 8000;
/** Brokers break a connection for a request that is longer than 100 MB (`socket.request.max.bytes`), and kafkajs copies each. */
const maxRequestBytes = 8_388_608;
const firstRetryMs = 100;
const maxRetryMs = 1000;
/** A broker that has just started may not know all partitions yet; records change theirs only when it is gone. */
const absencesBelieved = 30;

/**
 * Brings batches to the leaders of their partitions, each by itself: those of one leader go in one request, one request at a time, and
 * what fails of them is repeated when the others have long been written. A partition's batches go one after the other.
 */
export class Sending {
  private readonly busy = new Set<number>();
  private readonly ended = Promise.withResolvers<"acknowledged" | "aborted">();
  private isOver = false;

  constructor(
    private readonly session: ProducerSession,
    /** In the order in which those of one partition are to stand there. */
    private readonly unwritten: PendingBatch[],
    private readonly signal: AbortSignal,
  ) {}

  /** Whether batches may have been written of which it is not known. */
  get isInDoubt(): boolean {
    return this.unwritten.some(({ isStamped }) => isStamped);
  }

  /** Resolves when all are written, or when the signal aborts. @throws Error when no repetition can succeed */
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

  /** Sends all that can be sent now. */
  private dispatch(): void {
    if (this.isOver) return;
    if (this.unwritten.length === 0) this.ended.resolve("acknowledged");
    const { leaders, identity, topic } = this.session;
    const unprepared: PendingBatch[] = [];
    const byLeader = new Map<number, PendingBatch[]>();
    for (const pendingBatch of this.due()) {
      const leader = leaders.leaderOf(pendingBatch.partition);
      if (leader === "no partition") this.absent(pendingBatch);
      else if (leader === "no topic") this.repeat([pendingBatch], `topic "${topic}" does not exist`);
      else if (leader === "no leader") this.repeat([pendingBatch], "a partition has no leader");
      else if (identity === undefined) unprepared.push(pendingBatch);
      else if (!this.busy.has(leader)) byLeader.set(leader, [...(byLeader.get(leader) ?? []), pendingBatch]);
    }
    if (unprepared.length > 0) void this.makeReady(unprepared, 0);
    if (identity === undefined) return;
    for (const [leader, pendingBatches] of byLeader)
      void this.request(leader, fittingOne(pendingBatches), identity);
  }

  /** The first of each partition, if it is ready. */
  private due(): PendingBatch[] {
    const first = new Map<number, PendingBatch>();
    for (const pendingBatch of this.unwritten) {
      if (!first.has(pendingBatch.partition)) first.set(pendingBatch.partition, pendingBatch);
    }
    return [...first.values()].filter(({ state }) => state === "ready");
  }

  private async request(
    leader: number,
    pendingBatches: PendingBatch[],
    identity: ProducerIdentity,
  ): Promise<void> {
    const { topic, requests } = this.session;
    this.busy.add(leader);
    for (const pendingBatch of pendingBatches) pendingBatch.state = "sent";
    const batches = new Map(
      pendingBatches.map((pendingBatch) => [pendingBatch.partition, pendingBatch.seal(identity)]),
    );
    const answers = await requests
      .produce(leader, { topic, batches, timeoutMs: brokerTimeoutMs })
      .catch((error: unknown) => this.unanswered(pendingBatches, error));
    this.busy.delete(leader);
    if (this.isOver) return;
    try {
      if (answers !== undefined) this.answered(pendingBatches, answers);
      this.dispatch();
    } catch (error) {
      // Only those who are told of it can have thrown.
      this.ended.reject(error);
    }
  }

  private unanswered(pendingBatches: readonly PendingBatch[], error: unknown): void {
    for (const pendingBatch of pendingBatches) pendingBatch.mayBeWritten = true;
    this.failed(pendingBatches, error);
  }

  /** An error of no certain partition. */
  private failed(pendingBatches: readonly PendingBatch[], error: unknown): void {
    if (this.isOver) return;
    const fatal = fatalError(this.session.topic, error);
    if (fatal === undefined) this.repeat(pendingBatches, kafkaReason(error));
    else this.ended.reject(fatal);
  }

  private answered(pendingBatches: readonly PendingBatch[], answers: readonly ProducedPartition[]): void {
    const byPartition = new Map(answers.map((answer) => [answer.partition, answer]));
    const repeated = new Map<string, PendingBatch[]>();
    const forgotten = new Map<number, PendingBatch[]>();
    for (const pendingBatch of pendingBatches) {
      const answer = byPartition.get(pendingBatch.partition) ?? unknownServerError(pendingBatch.partition);
      const outcome = outcomeOf(answer.errorCode);
      if (outcome === "written") this.written(pendingBatch, answer.baseOffset);
      else if (outcome === "producer forgotten") add(forgotten, answer.errorCode, pendingBatch);
      else if (outcome === "fatal") this.ended.reject(fatalError(this.session.topic, refusalOf(answer)));
      else {
        pendingBatch.mayBeWritten ||= mayBeWritten(answer.errorCode);
        add(repeated, this.reasonOf(answer), pendingBatch);
      }
    }
    for (const [errorCode, those] of forgotten) this.forgotten(those, errorTypeOf(errorCode));
    for (const [reason, those] of repeated) this.repeat(those, reason);
  }

  private reasonOf(answer: ProducedPartition): string {
    const isUnknown = errorTypeOf(answer.errorCode) === "UNKNOWN_TOPIC_OR_PARTITION";
    return isUnknown ? `topic "${this.session.topic}" does not exist` : kafkaReason(refusalOf(answer));
  }

  private written(pendingBatch: PendingBatch, baseOffset: bigint | undefined): void {
    this.unwritten.splice(this.unwritten.indexOf(pendingBatch), 1);
    pendingBatch.written(baseOffset);
  }

  private forgotten(pendingBatches: readonly PendingBatch[], reason: string): void {
    const inDoubt = pendingBatches.filter((pendingBatch) => pendingBatch.mayBeWritten);
    const repeated = inDoubt.reduce((sum, { batch }) => sum + batch.count, 0);
    const identities = new Set(pendingBatches.map((pendingBatch) => pendingBatch.forgotten()));
    for (const identity of identities) this.session.forget(identity, reason, repeated);
    this.repeatLater(pendingBatches);
  }

  /** The brokers do not mention the pendingBatch's partition. */
  private absent(pendingBatch: PendingBatch): void {
    const { topic, leaders } = this.session;
    pendingBatch.absences += 1;
    if (pendingBatch.absences < absencesBelieved) {
      this.repeat([pendingBatch], `topic "${topic}" has lost partitions`);
      return;
    }
    leaders.believeAbsence();
    const parts = [...splitByKey(pendingBatch.batch, leaders.partitionCount)];
    let missing = parts.length;
    const onWritten = () => {
      missing -= 1;
      if (missing === 0) pendingBatch.onWritten(undefined);
    };
    const moved = parts.map(([partition, batch]) => new PendingBatch(partition, batch, undefined, onWritten));
    // Behind what goes there anyway, which may be under way.
    this.unwritten.splice(this.unwritten.indexOf(pendingBatch), 1);
    this.unwritten.push(...moved);
    queueMicrotask(() => this.dispatch());
  }

  private repeat(pendingBatches: readonly PendingBatch[], reason: string): void {
    this.session.onRetry(reason);
    this.repeatLater(pendingBatches);
  }

  private repeatLater(pendingBatches: readonly PendingBatch[]): void {
    for (const pendingBatch of pendingBatches) pendingBatch.failures += 1;
    const failures = Math.max(...pendingBatches.map((pendingBatch) => pendingBatch.failures));
    void this.makeReady(pendingBatches, retryDelayMs(failures));
  }

  private async makeReady(pendingBatches: readonly PendingBatch[], afterMs: number): Promise<void> {
    for (const pendingBatch of pendingBatches) pendingBatch.state = "waiting";
    await delay(afterMs, this.signal);
    if (this.isOver || this.signal.aborted) return;
    try {
      await this.session.prepare();
    } catch (error) {
      this.failed(pendingBatches, error);
      return;
    }
    for (const pendingBatch of pendingBatches) pendingBatch.state = "ready";
    this.dispatch();
  }
}

/** Once soon, because a leader that moved is known soon; then every second. */
export function retryDelayMs(failures: number): number {
  return Math.min(maxRetryMs, firstRetryMs * 2 ** (failures - 1));
}

/** The first pendingBatches, as many as one request takes. */
function fittingOne(pendingBatches: PendingBatch[]): PendingBatch[] {
  let bytes = 0;
  const end = pendingBatches.findIndex(
    ({ batch }, index) => (bytes += batch.bytes) > maxRequestBytes && index > 0,
  );
  return end < 0 ? pendingBatches : pendingBatches.slice(0, end);
}

/** For a partition that an answer says nothing of. */
function unknownServerError(partition: number): ProducedPartition {
  return { partition, errorCode: -1, errorMessage: undefined, baseOffset: undefined };
}

function add<Key>(groups: Map<Key, PendingBatch[]>, key: Key, pendingBatch: PendingBatch): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [pendingBatch]);
  else group.push(pendingBatch);
}
