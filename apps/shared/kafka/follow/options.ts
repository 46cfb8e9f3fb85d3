import type { KafkaMessage } from "../record-batch/record-view";
import type { FetchedMany, FetchOfMany } from "../requests/fetch";
import type { ListedOffset, OffsetKind, PartitionOffsets, TopicPartition } from "../requests/list-offsets";
import type { ClusterDescription } from "../requests/metadata";

/** A partition where reading begins or ends, with what it holds now. */
export interface PartitionToFollow extends PartitionOffsets {
  readonly topic: string;
  /**
   * Whether it was created while its topic was followed: the topic did not exist when it was first looked up, or had fewer partitions. It
   * holds nothing older.
   */
  readonly isNew: boolean;
}

/** Messages of one partition in the order of offsets. */
export interface FollowedBatch {
  readonly topic: string;
  readonly partition: number;
  /** The first offset of this batch: the end of the batch before it, or of what was skipped, or the offset after a reset. */
  readonly from: number;
  /** The first offset behind it. Offsets from {@link from} on without a message hold none: compacted away, or control records. */
  readonly next: number;
  /**
   * Empty if nothing but such offsets was read. Messages stay valid, but each holds all bytes of its batch in memory: copy what is needed.
   */
  readonly messages: readonly KafkaMessage[];
  /** The first offset that consumers cannot read yet. */
  readonly highWatermark: number;
  /** The first offset that the partition still has. */
  readonly logStart: number;
}

/** The position in a followed partition: what the partition holds, and how far it has been read. */
export interface FollowedPosition extends PartitionOffsets {
  /** The first offset that was not handed to `onBatch` yet. */
  readonly next: number;
  /** When its leader last reported what it holds, in milliseconds since 1970. */
  readonly asOfMs: number;
}

export interface FollowOptions {
  /** Topics that do not exist are read once they do. */
  readonly topics: readonly string[];
  /** Where to begin. Called once for each partition. @returns the first offset to read */
  readonly begin: (partition: PartitionToFollow) => number;
  /**
   * Where to end, for reading a past. Called once for each partition, after {@link begin}. Partitions that are added later are not read,
   * nor are topics that do not exist. @returns the first offset not to read
   */
  readonly end?: (partition: PartitionToFollow) => number;
  /** Takes messages, one batch at a time. Its promise is awaited before the next batch. What it throws ends the following. */
  readonly onBatch: (batch: FollowedBatch) => void | Promise<void>;
  /**
   * Called for offsets from `from` up to, but without, `to` whose batch cannot be read, with the reason: it is corrupt, or of an unknown
   * format. Messages exist there, but nobody can read them.
   */
  readonly onUnreadable?: (
    topic: string,
    partition: number,
    from: number,
    to: number,
    problem: string,
  ) => void;
  /** Called for offsets from `from` up to, but without, `to` that are gone, with the reason, for example retention. */
  readonly onSkipped?: (topic: string, partition: number, from: number, to: number, reason: string) => void;
  /**
   * Called if a partition starts over: another topic has got the name, or the leader has lost what was read. It is read from its earliest
   * offset; with {@link end} it is not read at all, because the past that was to be read is gone.
   */
  readonly onReset?: (topic: string, partition: number) => void;
  /** The share of time, over 0 up to 1, that decoding and `onBatch` may take, to read a long past beside other work. Default 1. */
  readonly busyShare?: number;
  /** Ends the following. */
  readonly signal: AbortSignal;
}

/** Topics that are followed. */
export interface Follower {
  /**
   * Resolves when the signal aborted or, with `end`, everything was read; connections are closed by then. Rejects with what `onBatch` or
   * another of the options threw, or with TooOldBroker if brokers are older than Kafka 3.1.
   */
  readonly done: Promise<"aborted" | "ended">;
  /** The position in a partition, by the last answer of its leader; undefined before the first one. Sends no request. */
  position(topic: string, partition: number): FollowedPosition | undefined;
  /** The positions in all known partitions of a topic, by number. */
  positions(topic: string): readonly FollowedPosition[];
}

/** What a follower asks of brokers. Each request is sent once. Methods throw KafkaError or TooOldBroker. */
export interface FollowRequests {
  /** The brokers, and the leaders of the topics' partitions. */
  describe(topics: readonly string[]): Promise<ClusterDescription>;
  listOffsets(
    broker: number,
    kind: OffsetKind,
    partitions: readonly TopicPartition[],
  ): Promise<readonly ListedOffset[]>;
  fetch(broker: number, asked: FetchOfMany): Promise<FetchedMany>;
  close(): Promise<void>;
}

/** Brokers know all of these requests since this release, the first that names topics by ids in fetches. */
export const followableSince = "3.1";
