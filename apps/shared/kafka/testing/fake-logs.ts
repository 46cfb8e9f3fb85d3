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
  /** By place: what was asked for, and what was told last. */
  readonly partitions: Map<string, PartitionById & { readonly offset: number; reported: string }>;
}

const longestWaitMs = 20;
const nothing = Buffer.alloc(0);

/** Brokers with logs that keep sessions of fetches as Kafka's do (KIP-227, FetchManager), and fail when a test says so. */
export class FakeLogs implements FollowRequests {
  /** Fetches as they came: by which broker, of what session, and of which partitions. */
  readonly fetches: { readonly broker: number; readonly asked: FetchOfMany }[] = [];
  /** Brokers that do not answer. */
  readonly down = new Set<number>();
  /** Awaited before an answer to a fetch goes out that has been made already. */
  beforeAnswer: (broker: number) => Promise<void> = () => Promise.resolve();
  /** Whether brokers have room for sessions. */
  hasSessions = true;
  closed = 0;
  private readonly topics = new Map<string, FakeTopic>();
  private readonly sessions = new Map<number, Session>();
  private made = 0;

  /** Makes a topic, in place of one of the same name, with a partition for each leader. */
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

  /** Removes what lies before an offset, or from one on. */
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
    return partitions.map((place) => {
      const log = this.topics.get(place.topic)?.logs[place.partition];
      if (log?.leader !== broker) return { ...place, errorCode: errors.notLeader, offset: -1 };
      return { ...place, errorCode: 0, offset: log[kind] };
    });
  }

  async fetch(broker: number, asked: FetchOfMany): Promise<FetchedMany> {
    this.fetches.push({ broker, asked });
    await this.arrive(broker);
    const session = this.sessionOf(asked);
    if (typeof session === "number") return { errorCode: session, sessionId: 0, partitions: [] };
    const isFull = asked.session.epoch === 0;
    for (let waitedMs = 0; ; waitedMs += 5) {
      const all = [...session.value.partitions.values()].map((place) => ({
        place,
        found: this.read(broker, place),
      }));
      const news = all.filter(
        ({ place, found }) => found.recordSet.length > 0 || place.reported !== reportOf(found),
      );
      const hasNews = news.some(({ found }) => found.recordSet.length > 0 || found.errorCode !== 0);
      if (hasNews || waitedMs >= longestWaitMs) {
        for (const { place, found } of news) place.reported = found.errorCode === 0 ? reportOf(found) : "";
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

  /** Brokers have forgotten all sessions. */
  forgetSessions(): void {
    this.sessions.clear();
  }

  /** Answers come in a later turn of the event loop, as they do from a network. */
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
      for (const place of partitions) value.partitions.set(key(place), { ...place, reported: "" });
      const newId = this.hasSessions ? ++this.made : 0;
      if (this.hasSessions) this.sessions.set(newId, value);
      return { id: newId, value };
    }
    if (known === undefined) return errors.fetchSessionIdNotFound;
    if (known.epoch !== epoch) return errors.invalidFetchSessionEpoch;
    known.epoch++;
    for (const place of forgotten) known.partitions.delete(key(place));
    for (const place of partitions)
      known.partitions.set(key(place), {
        reported: known.partitions.get(key(place))?.reported ?? "",
        ...place,
      });
    return { id, value: known };
  }

  private read(broker: number, { topicId, partition, offset }: PartitionById & { readonly offset: number }) {
    const place = { topicId, partition };
    const topic = [...this.topics.values()].find(({ id }) => id === topicId);
    const log = topic?.logs[partition];
    if (log === undefined) return refused(place, errors.unknownTopicId);
    if (log.leader !== broker) return refused(place, errors.notLeader);
    if (offset < log.earliest || offset > log.latest) return refused(place, errors.offsetOutOfRange);
    const batches = log.batches.filter(({ last }) => last >= offset).map(({ bytes }) => bytes);
    const bounds = { highWatermark: log.latest, logStart: log.earliest };
    return { ...place, errorCode: 0, ...bounds, recordSet: Buffer.concat(batches) };
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

function refused(place: PartitionById, errorCode: number): AnsweredPartition & PartitionById {
  return { ...place, errorCode, highWatermark: -1, logStart: -1, recordSet: nothing };
}
