import { offsetsOf, withAdmin } from "../admin/topics";
import type { PartitionOffsets } from "../requests/list-offsets";
import { SerialQueue } from "../../serial-queue";
import { readContents } from "../record-batch/read-records";
import { batchesOf } from "../record-batch/record-set";
import { type KafkaMessage, offsetOf } from "../record-batch/record-view";
import { isUnreadable, type UnreadableBatch } from "../record-batch/unreadable";
import { type FetchedPartition, fetchExchange } from "../requests/fetch";
import { isThere, metadataExchange } from "../requests/metadata";
import { type AnyBrokerConnection, ask } from "../transport/any-broker";
import { brokerError, KafkaError } from "../transport/errors";
import type { Admin } from "../transport/kafkajs-internals";

/** Where the partitions of a topic are read from. Methods throw KafkaError. */
export interface PartitionSource {
  bounds(): Promise<readonly PartitionOffsets[]>;
  fetch(partition: number, offset: number, maxBytes: number): Promise<FetchedPartition>;
  forgetLeaders(): void;
}

/** Offsets of the first piece, and the most of any: pieces begin short, because what callers search is mostly near the end. */
const pieceBounds = { first: 1_000, max: 50_000 } as const;
const pieceGrowth = 4;
const fetchBytesBounds = { min: 65_536, max: 1_048_576 } as const;

const offsetOutOfRange = 1;

/** One partition that is read backwards: everything from `end` on is read. */
export class BackwardPartition {
  private readonly partition: number;
  private earliest: number;
  private end: number;
  private pieceLength: number = pieceBounds.first;
  /** The rest of the piece that is being read. It is kept after a failure, so that no message comes twice. */
  private piece: { readonly start: number; next: number } | undefined;
  /** The bytes per offset so far, so that little is fetched beyond a piece. */
  private bytesPerOffset: number | undefined;

  constructor(
    { partition, earliest, latest }: PartitionOffsets,
    private readonly source: PartitionSource,
    private readonly onMessage: (message: KafkaMessage) => void,
    private readonly onUnreadable?: (batch: UnreadableBatch) => void,
  ) {
    this.partition = partition;
    this.earliest = earliest;
    this.end = latest;
  }

  get isDone(): boolean {
    return this.end <= this.earliest;
  }

  /**
   * Reads the piece before the last one, or continues a piece after a failure.
   *
   * @throws KafkaError; what `onMessage` throws
   */
  async readPiece(signal: AbortSignal): Promise<void> {
    const start = Math.max(this.earliest, this.end - this.pieceLength);
    const piece = (this.piece ??= { start, next: start });
    while (piece.next < this.end && !signal.aborted) await this.readOn(piece);
    if (piece.next < this.end) return;
    this.piece = undefined;
    this.end = Math.min(this.end, piece.start);
    this.pieceLength = Math.min(this.pieceLength * pieceGrowth, pieceBounds.max);
  }

  private async readOn(piece: { next: number }): Promise<void> {
    const fetched = await this.source.fetch(this.partition, piece.next, this.bytesFor(piece.next));
    const { errorCode, highWatermark, recordSet } = fetched;
    if (errorCode === offsetOutOfRange && (await this.findBounds(piece)) === "changed") return;
    if (errorCode !== 0) {
      this.source.forgetLeaders();
      throw brokerError({ errorCode, errorMessage: undefined }, `partition ${this.partition}`);
    }
    const from = piece.next;
    await this.takeBatches(fetched, piece);
    if (piece.next > from) this.bytesPerOffset = recordSet.length / (piece.next - from);
    // Compacted away up to the end; otherwise the leader is new, or the log has lost its end.
    else if (highWatermark >= this.end) piece.next = this.end;
    else await this.findBounds(piece);
  }

  private async takeBatches(
    { recordSet, highWatermark }: FetchedPartition,
    piece: { next: number },
  ): Promise<void> {
    for (const batch of batchesOf(recordSet, { from: piece.next, highWatermark })) {
      if (piece.next >= this.end) return;
      const isControlBatch = !isUnreadable(batch) && batch.context.isControlBatch;
      if (!isControlBatch && batch.firstOffset < this.end) {
        const read = await readContents(batch, piece.next);
        if (isUnreadable(read))
          this.onUnreadable?.({ ...read, lastOffset: Math.min(read.lastOffset, this.end - 1) });
        else
          for (const message of read.messages) {
            const offset = offsetOf(message);
            if (offset >= piece.next && offset < this.end) this.onMessage(message);
          }
      }
      piece.next = batch.lastOffset + 1;
    }
  }

  /** Retention may have removed what was to be read, and a log may have lost its end. */
  private async findBounds(piece: { next: number }): Promise<"changed" | "same"> {
    const { earliest, end } = this;
    const bounds = await this.source.bounds();
    const now = bounds.find(({ partition }) => partition === this.partition);
    this.earliest = Math.max(this.earliest, now?.earliest ?? this.end);
    this.end = Math.min(this.end, now?.latest ?? this.end);
    piece.next = Math.max(piece.next, this.earliest);
    return this.earliest === earliest && this.end === end ? "same" : "changed";
  }

  private bytesFor(next: number): number {
    const expected = (this.bytesPerOffset ?? Infinity) * (this.end - next) * 1.25;
    return Math.round(Math.min(Math.max(expected, fetchBytesBounds.min), fetchBytesBounds.max));
  }
}

/** The parts of a client that reading backwards uses. */
export interface BackwardClient {
  admin(): Admin;
  connection(): AnyBrokerConnection;
}

/** How long a leader waits for messages that do not exist yet. */
const maxWaitMs = 500;

/** Asks the leaders of a topic's partitions. After a failure, leaders are looked up again. */
export class TopicSource implements PartitionSource {
  private readonly connection: AnyBrokerConnection;
  /** Leaders by partition, while they are known. */
  private leaders: Promise<ReadonlyMap<number, number>> | undefined;
  /** One request at a time to a broker: for requests at the same time, kafkajs opens a connection each. */
  private readonly queues = new Map<number, SerialQueue>();

  constructor(
    private readonly kafka: BackwardClient,
    private readonly topic: string,
  ) {
    this.connection = kafka.connection();
  }

  /** What the partitions hold now. @throws KafkaError, also if the topic does not exist */
  bounds(): Promise<PartitionOffsets[]> {
    return withAdmin(this.kafka, (admin) => offsetsOf(admin, this.topic));
  }

  /** Reads on from an offset at the partition's leader. The answer may report an error of Kafka. */
  async fetch(partition: number, offset: number, maxBytes: number): Promise<FetchedPartition> {
    try {
      const leader = (await this.knownLeaders()).get(partition) ?? -1;
      if (leader === -1) {
        const problem = `partition ${partition} of topic "${this.topic}" has no leader`;
        throw new KafkaError("CLIENT_FAILED", problem);
      }
      const exchange = fetchExchange({ topic: this.topic, partition, offset, maxBytes, maxWaitMs });
      return await this.queueOf(leader).run(() =>
        this.connection.useBroker(leader, (broker) => ask(broker, exchange, "2.7")),
      );
    } catch (error) {
      this.forgetLeaders();
      throw error;
    }
  }

  /** Leaders are looked up again before the next fetch. */
  forgetLeaders(): void {
    this.leaders = undefined;
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private queueOf(broker: number): SerialQueue {
    const queue = this.queues.get(broker) ?? new SerialQueue();
    this.queues.set(broker, queue);
    return queue;
  }

  private knownLeaders(): Promise<ReadonlyMap<number, number>> {
    return (this.leaders ??= this.findLeaders());
  }

  private async findLeaders(): Promise<ReadonlyMap<number, number>> {
    const exchange = metadataExchange([this.topic]);
    const { topics } = await this.connection.use((broker) => ask(broker, exchange, "2.8"));
    const [topic] = topics;
    if (topic === undefined || !isThere(topic))
      throw brokerError(
        { errorCode: topic?.errorCode ?? 3, errorMessage: undefined },
        `topic "${this.topic}"`,
      );
    return new Map(topic.partitions.map(({ partition, leader }) => [partition, leader]));
  }
}
