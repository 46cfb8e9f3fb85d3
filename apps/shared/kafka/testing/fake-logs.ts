import type { FollowRequests } from "../follow/options";
import type { AnsweredPartition, FetchedMany, FetchOfMany, PartitionById } from "../requests/fetch";
import type { ListedOffset, OffsetKind, TopicPartition } from "../requests/list-offsets";
import type { ClusterDescription } from "../requests/metadata";
import { KafkaError } from "../transport/errors";
import { encodeBatch } from "./encode-batch";

export const errors = {
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  notLeader: 6,
  fetchSessionIdNotFound: 70,
  invalidFetchSessionEpoch: 71,
  unknownTopicId: 100,
} as const;

/** A log of batches, each of one message. */
class FakeLog {
  leader: number;
  earliest = 0;
  batches: { readonly first: number; readonly last: number; readonly bytes: Buffer }[] = [];

  constructor(leader: number) {
    this.leader = leader;
  }

  get latest(): number {
    return (this.batches.at(-1)?.last ?? this.earliest - 1) + 1;
  }
}

interface FakeTopic {
  readonly id: string;
  readonly logs: FakeLog[];
}

interface Session {
  epoch: number;
  /** By partition: the offset that was asked for, and the last report. */
  readonly partitions: Map<string, PartitionById & { readonly offset: number; reported: string }>;
}

const longestWaitMs = 20;
const nothing = Buffer.alloc(0);

/** Brokers with logs and sessions of fetches as Kafka has them (KIP-227, FetchManager), which fail when a test says so. */
export class FakeLogs implements FollowRequests {
  /** The fetches in their order, with the broker that got them. */
  readonly fetches: { readonly broker: number; readonly asked: FetchOfMany }[] = [];
  /** Brokers that do not answer. */
  readonly down = new Set<number>();
  /** Awaited between making an answer to a fetch and sending it. */
  beforeAnswer: (broker: number) => Promise<void> = () => Promise.resolve();
  /** Whether brokers have room for sessions. */
  hasSessions = true;
  closed = 0;
  private readonly topics = new Map<string, FakeTopic>();
  private readonly sessions = new Map<number, Session>();
  private made = 0;

  /** Creates a topic with a partition for each leader. It replaces one of the same name. */
  make(topic: string, ...leaders: readonly number[]): void {
    const id = Buffer.from(`topic id ${String(++this.made).padStart(7, "0")}`).toString("base64url");
    this.topics.set(topic, { id, logs: leaders.map((leader) => new FakeLog(leader)) });
  }

  delete(topic: string): void {
    this.topics.delete(topic);
  }

  addPartition(topic: string, leader: number): void {
    this.topics.get(topic)?.logs.push(new FakeLog(leader));
  }

  move(topic: string, partition: number, leader: number): void {
    this.log(topic, partition).leader = leader;
  }

  /** Writes batches of one message each. */
  async append(topic: string, partition: number, count: number, value = "v"): Promise<void> {
    const log = this.log(topic, partition);
    for (let time = 0; time < count; time++) {
      const first = log.latest;
      log.batches.push({ first, last: first, bytes: await encodeBatch([{ value }], { firstOffset: first }) });
    }
  }

  /** Removes the batches before an offset, or from one on. */
  cut(topic: string, partition: number, keep: { readonly from?: number; readonly to?: number }): void {
    const { from = 0, to = Infinity } = keep;
    const log = this.log(topic, partition);
    log.earliest = Math.max(log.earliest, from);
    log.batches = log.batches.filter(({ first, last }) => last >= from && first < to);
  }

  describe(topics: readonly string[]): Promise<ClusterDescription> {
    const described = topics.map((name) => {
      const topic = this.topics.get(name);
      const logs = topic?.logs ?? [];
      const partitions = logs.map(({ leader }, partition) => ({
        partition,
        leader,
        replicas: [leader],
        inSyncReplicas: [leader],
      }));
      const errorCode = topic === undefined ? errors.unknownTopicOrPartition : 0;
      return { errorCode, name, topicId: topic?.id, partitions };
    });
    return Promise.resolve({ clusterId: "c", brokers: [], controllerId: 1, topics: described });
  }

  async listOffsets(
    broker: number,
    kind: OffsetKind,
    partitions: readonly TopicPartition[],
  ): Promise<ListedOffset[]> {
    await this.arrive(broker);
    return partitions.map((wanted) => {
      const log = this.topics.get(wanted.topic)?.logs[wanted.partition];
      if (log?.leader !== broker) return { ...wanted, errorCode: errors.notLeader, offset: -1 };
      return { ...wanted, errorCode: 0, offset: log[kind] };
    });
  }

  async fetch(broker: number, asked: FetchOfMany): Promise<FetchedMany> {
    this.fetches.push({ broker, asked });
    await this.arrive(broker);
    const session = this.sessionOf(asked);
    if (typeof session === "number") return { errorCode: session, sessionId: 0, partitions: [] };
    const isFull = asked.session.epoch === 0;
    for (let waitedMs = 0; ; waitedMs += 5) {
      const all = [...session.value.partitions.values()].map((wanted) => ({
        wanted,
        found: this.read(broker, wanted),
      }));
      const news = all.filter(
        ({ wanted, found }) => found.recordSet.length > 0 || wanted.reported !== reportOf(found),
      );
      const hasNews = news.some(({ found }) => found.recordSet.length > 0 || found.errorCode !== 0);
      if (hasNews || waitedMs >= longestWaitMs) {
        for (const { wanted, found } of news) wanted.reported = found.errorCode === 0 ? reportOf(found) : "";
        await this.beforeAnswer(broker);
        const reported = isFull ? all : news;
        return { errorCode: 0, sessionId: session.id, partitions: reported.map(({ found }) => found) };
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
      await this.arrive(broker);
    }
  }

  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }

  /** Lets brokers forget all sessions. */
  forgetSessions(): void {
    this.sessions.clear();
  }

  /** As from a network, answers come in a later turn of the event loop. */
  private async arrive(broker: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.down.has(broker)) throw new KafkaError("CONNECTION_FAILED", "gone");
  }

  private sessionOf({ session: { id, epoch }, partitions, forgotten }: FetchOfMany) {
    const key = ({ topicId, partition }: PartitionById) => `${topicId}/${partition}`;
    const known = this.sessions.get(id);
    if (epoch === 0) {
      this.sessions.delete(id);
      const value: Session = { epoch: 1, partitions: new Map() };
      for (const wanted of partitions) value.partitions.set(key(wanted), { ...wanted, reported: "" });
      const newId = this.hasSessions ? ++this.made : 0;
      if (this.hasSessions) this.sessions.set(newId, value);
      return { id: newId, value };
    }
    if (known === undefined) return errors.fetchSessionIdNotFound;
    if (known.epoch !== epoch) return errors.invalidFetchSessionEpoch;
    known.epoch++;
    for (const wanted of forgotten) known.partitions.delete(key(wanted));
    for (const wanted of partitions)
      known.partitions.set(key(wanted), {
        reported: known.partitions.get(key(wanted))?.reported ?? "",
        ...wanted,
      });
    return { id, value: known };
  }

  private read(broker: number, { topicId, partition, offset }: PartitionById & { readonly offset: number }) {
    const wanted = { topicId, partition };
    const topic = [...this.topics.values()].find(({ id }) => id === topicId);
    const log = topic?.logs[partition];
    if (log === undefined) return refused(wanted, errors.unknownTopicId);
    if (log.leader !== broker) return refused(wanted, errors.notLeader);
    if (offset < log.earliest || offset > log.latest) return refused(wanted, errors.offsetOutOfRange);
    const batches = log.batches.filter(({ last }) => last >= offset).map(({ bytes }) => bytes);
    const bounds = { highWatermark: log.latest, logStart: log.earliest };
    return { ...wanted, errorCode: 0, ...bounds, recordSet: Buffer.concat(batches) };
  }

  private log(topic: string, partition: number): FakeLog {
    const log = this.topics.get(topic)?.logs[partition];
    if (log === undefined) throw new Error(`there is no topic "${topic}" with a partition ${partition}`);
    return log;
  }
}

function reportOf({ errorCode, highWatermark, logStart }: AnsweredPartition): string {
  return errorCode === 0 ? `${highWatermark} ${logStart}` : "error";
}

function refused(wanted: PartitionById, errorCode: number): AnsweredPartition & PartitionById {
  return { ...wanted, errorCode, highWatermark: -1, logStart: -1, recordSet: nothing };
}
