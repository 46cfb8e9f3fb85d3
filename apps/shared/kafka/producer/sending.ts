import { delay } from "../../shutdown";
import { kafkaReason } from "../errors";
import type { ProducedPartition } from "../protocol/produce";
import { errorTypeOf, refusalOf } from "../protocol/refusal";
import { mayBeWritten, outcomeOf } from "./outcome";
import { hopelessError } from "./hopeless";
import type { ProducerIdentity } from "./producer-identity";
import type { ProducerSession } from "./producer-session";
import { Shipment } from "./shipment";
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
    private readonly unwritten: Shipment[],
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
    const unprepared: Shipment[] = [];
    const byLeader = new Map<number, Shipment[]>();
    for (const shipment of this.due()) {
      const leader = leaders.leaderOf(shipment.partition);
      if (leader === "no partition") this.absent(shipment);
      else if (leader === "no topic") this.repeat([shipment], `topic "${topic}" does not exist`);
      else if (leader === "no leader") this.repeat([shipment], "a partition has no leader");
      else if (identity === undefined) unprepared.push(shipment);
      else if (!this.busy.has(leader)) byLeader.set(leader, [...(byLeader.get(leader) ?? []), shipment]);
    }
    if (unprepared.length > 0) void this.makeReady(unprepared, 0);
    if (identity === undefined) return;
    for (const [leader, shipments] of byLeader) void this.request(leader, fittingOne(shipments), identity);
  }

  /** The first of each partition, if it is ready. */
  private due(): Shipment[] {
    const first = new Map<number, Shipment>();
    for (const shipment of this.unwritten) {
      if (!first.has(shipment.partition)) first.set(shipment.partition, shipment);
    }
    return [...first.values()].filter(({ state }) => state === "ready");
  }

  private async request(leader: number, shipments: Shipment[], identity: ProducerIdentity): Promise<void> {
    const { topic, requests } = this.session;
    this.busy.add(leader);
    for (const shipment of shipments) shipment.state = "sent";
    const batches = new Map(shipments.map((shipment) => [shipment.partition, shipment.seal(identity)]));
    const answers = await requests
      .produce(leader, { topic, batches, timeoutMs: brokerTimeoutMs })
      .catch((error: unknown) => this.unanswered(shipments, error));
    this.busy.delete(leader);
    if (this.isOver) return;
    try {
      if (answers !== undefined) this.answered(shipments, answers);
      this.dispatch();
    } catch (error) {
      // Only those who are told of it can have thrown.
      this.ended.reject(error);
    }
  }

  private unanswered(shipments: readonly Shipment[], error: unknown): void {
    for (const shipment of shipments) shipment.mayBeWritten = true;
    this.failed(shipments, error);
  }

  /** An error of no certain partition. */
  private failed(shipments: readonly Shipment[], error: unknown): void {
    if (this.isOver) return;
    const hopeless = hopelessError(this.session.topic, error);
    if (hopeless === undefined) this.repeat(shipments, kafkaReason(error));
    else this.ended.reject(hopeless);
  }

  private answered(shipments: readonly Shipment[], answers: readonly ProducedPartition[]): void {
    const byPartition = new Map(answers.map((answer) => [answer.partition, answer]));
    const repeated = new Map<string, Shipment[]>();
    const forgotten = new Map<number, Shipment[]>();
    for (const shipment of shipments) {
      const answer = byPartition.get(shipment.partition) ?? unknownServerError(shipment.partition);
      const outcome = outcomeOf(answer.errorCode);
      if (outcome === "written") this.written(shipment, answer.baseOffset);
      else if (outcome === "producer forgotten") add(forgotten, answer.errorCode, shipment);
      else if (outcome === "hopeless")
        this.ended.reject(hopelessError(this.session.topic, refusalOf(answer)));
      else {
        shipment.mayBeWritten ||= mayBeWritten(answer.errorCode);
        add(repeated, this.reasonOf(answer), shipment);
      }
    }
    for (const [errorCode, those] of forgotten) this.forgotten(those, errorTypeOf(errorCode));
    for (const [reason, those] of repeated) this.repeat(those, reason);
  }

  private reasonOf(answer: ProducedPartition): string {
    const isUnknown = errorTypeOf(answer.errorCode) === "UNKNOWN_TOPIC_OR_PARTITION";
    return isUnknown ? `topic "${this.session.topic}" does not exist` : kafkaReason(refusalOf(answer));
  }

  private written(shipment: Shipment, baseOffset: bigint | undefined): void {
    this.unwritten.splice(this.unwritten.indexOf(shipment), 1);
    shipment.written(baseOffset);
  }

  private forgotten(shipments: readonly Shipment[], reason: string): void {
    const inDoubt = shipments.filter((shipment) => shipment.mayBeWritten);
    const repeated = inDoubt.reduce((sum, { batch }) => sum + batch.count, 0);
    const identities = new Set(shipments.map((shipment) => shipment.forgotten()));
    for (const identity of identities) this.session.forget(identity, reason, repeated);
    this.repeatLater(shipments);
  }

  /** The brokers do not mention the shipment's partition. */
  private absent(shipment: Shipment): void {
    const { topic, leaders } = this.session;
    shipment.absences += 1;
    if (shipment.absences < absencesBelieved) {
      this.repeat([shipment], `topic "${topic}" has lost partitions`);
      return;
    }
    leaders.believeAbsence();
    const parts = [...splitByKey(shipment.batch, leaders.partitionCount)];
    let missing = parts.length;
    const onWritten = () => {
      missing -= 1;
      if (missing === 0) shipment.onWritten(undefined);
    };
    const moved = parts.map(([partition, batch]) => new Shipment(partition, batch, undefined, onWritten));
    // Behind what goes there anyway, which may be under way.
    this.unwritten.splice(this.unwritten.indexOf(shipment), 1);
    this.unwritten.push(...moved);
    queueMicrotask(() => this.dispatch());
  }

  private repeat(shipments: readonly Shipment[], reason: string): void {
    this.session.onRetry(reason);
    this.repeatLater(shipments);
  }

  private repeatLater(shipments: readonly Shipment[]): void {
    for (const shipment of shipments) shipment.failures += 1;
    const failures = Math.max(...shipments.map((shipment) => shipment.failures));
    void this.makeReady(shipments, retryDelayMs(failures));
  }

  private async makeReady(shipments: readonly Shipment[], afterMs: number): Promise<void> {
    for (const shipment of shipments) shipment.state = "waiting";
    await delay(afterMs, this.signal);
    if (this.isOver || this.signal.aborted) return;
    try {
      await this.session.prepare();
    } catch (error) {
      this.failed(shipments, error);
      return;
    }
    for (const shipment of shipments) shipment.state = "ready";
    this.dispatch();
  }
}

/** Once soon, because a leader that moved is known soon; then every second. */
export function retryDelayMs(failures: number): number {
  return Math.min(maxRetryMs, firstRetryMs * 2 ** (failures - 1));
}

/** The first shipments, as many as one request takes. */
function fittingOne(shipments: Shipment[]): Shipment[] {
  let bytes = 0;
  const end = shipments.findIndex(
    ({ batch }, index) => (bytes += batch.bytes) > maxRequestBytes && index > 0,
  );
  return end < 0 ? shipments : shipments.slice(0, end);
}

/** For a partition that an answer says nothing of. */
function unknownServerError(partition: number): ProducedPartition {
  return { partition, errorCode: -1, errorMessage: undefined, baseOffset: undefined };
}

function add<Key>(groups: Map<Key, Shipment[]>, key: Key, shipment: Shipment): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [shipment]);
  else group.push(shipment);
}
